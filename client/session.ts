/**
 * Who is logged in, in every tab of this browser. The access token lives in memory; the refresh cookie is the
 * server's and no script can read it. Tabs hand fresh tokens to each other, so that one refresh serves all.
 */
import { computed, signal } from '@preact/signals';
import type { MyTeam, TeamRight } from '../server/protocol/teams.ts';
import { type ApiCode, ApiError, createApi, type SessionUser, type Tokens } from './api.ts';
import { exclusively } from './session-lock.ts';
import { monotonicMs } from './time.ts';

export type SessionStatus =
  /** Not asked yet. */
  | 'unknown'
  | 'anonymous'
  | 'known'
  /** There was a session, but the server cannot be asked right now. */
  | 'unreachable';

interface SessionState {
  status: SessionStatus;
  user: SessionUser | null;
}

/** Not a secret: says only that a refresh is worth trying, and who to greet while offline. */
const HINT_KEY = 'holdfast.session';

const state = signal<SessionState>({ status: 'unknown', user: null });
export const session = computed(() => state.value);
export const user = computed(() => state.value.user);

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('holdfast.session');
type Message = { kind: 'tokens'; tokens: Tokens } | { kind: 'lost' };

export const api = createApi({
  // Called through a function, so that a page's own fetch can be replaced (and because `fetch` wants its window).
  fetch: (input, init) => globalThis.fetch(input, init),
  nowMs: monotonicMs,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  exclusively,
  onTokens: (tokens) => {
    enter(tokens);
    say({ kind: 'tokens', tokens });
  },
  onLost: () => leave('lost'),
  vendorId: () => team.peek()?.vendorId ?? null,
  onTeamRefused: () => void import('./teams/standing.ts').then(({ lookAgain }) => lookAgain()),
});

channel?.addEventListener('message', (event: MessageEvent<Message>) => {
  if (event.data.kind === 'tokens') {
    api.adopt(event.data.tokens);
    enter(event.data.tokens);
  } else leave('elsewhere');
});

const say = (message: Message): void => channel?.postMessage(message);

const leaveListeners = new Set<() => void>();
/** Runs when the session ends, for whatever reason: drop what belonged to it. */
export function onLeave(listener: () => void): void {
  leaveListeners.add(listener);
}

function enter(tokens: Tokens): void {
  const before = state.peek().user ?? hint();
  if (before && before.id !== tokens.user.id) for (const listener of leaveListeners) listener();
  state.value = { status: 'known', user: tokens.user };
  store(tokens.user);
}

function leave(why: 'lost' | 'elsewhere' | 'log-out'): void {
  api.adopt(null);
  store(null);
  state.value = { status: 'anonymous', user: null };
  for (const listener of leaveListeners) listener();
  if (why === 'log-out') say({ kind: 'lost' });
}

/** Takes up the session of this browser, if there is one. Called once at start; never throws. */
export async function resume(): Promise<void> {
  const known = hint();
  if (!known) {
    state.value = { status: 'anonymous', user: null };
    return;
  }
  try {
    await api.refresh();
  } catch (error) {
    // Unreachable is not logged out: tickets kept on this device must still open.
    if (!(error instanceof ApiError)) throw error;
    state.value = { status: 'unreachable', user: known };
  }
}

export async function logIn(email: string, password: string): Promise<void> {
  const tokens = await api.request<Tokens>('POST', '/login', {
    body: { email, password },
    authenticate: false,
  });
  takeOver(tokens);
}

/** A log-in that succeeded, by whatever means: for this tab and every other. */
export function takeOver(tokens: Tokens): void {
  api.adopt(tokens);
  enter(tokens);
  say({ kind: 'tokens', tokens });
}

export interface Registration {
  email: string;
  password: string;
  name: string;
  role: 'user' | 'vendor';
}

export async function register(registration: Registration): Promise<void> {
  await api.request('POST', '/register', { body: registration, authenticate: false });
  await logIn(registration.email, registration.password);
}

/** Ends the session here and in every other tab, even if the server cannot be told right now. */
export async function logOut(): Promise<ApiCode | null> {
  try {
    await api.request('POST', '/logout', { body: {} });
    return null;
  } catch (error) {
    if (error instanceof ApiError) return error.code;
    throw error;
  } finally {
    leave('log-out');
  }
}

const TEAM_KEY = 'holdfast.team';
type Chosen = Pick<MyTeam, 'vendorId' | 'name' | 'rights'> & { userId: string };

const chosen = signal(kept<Chosen>(TEAM_KEY));
/** The team that whoever is logged in works in right now; null: as themselves. */
export const team = computed(() => (chosen.value?.userId === user.value?.id ? chosen.value : null));
/** For whom a vendor's pages ask: that team's vendor, or oneself. */
export const vendorId = computed(() => team.value?.vendorId ?? user.value?.id);
/** Whether it is worth offering; the server decides again. */
export const may = (right: TeamRight): boolean => team.value?.rights.includes(right) ?? true;

export function workFor(mine: MyTeam | null): void {
  const userId = state.peek().user?.id;
  chosen.value = mine && userId ? { ...mine, userId } : null;
  keep(TEAM_KEY, chosen.value);
}

const hint = (): SessionUser | null => kept(HINT_KEY);
const store = (known: SessionUser | null): void => keep(HINT_KEY, known);

function kept<T>(key: string): T | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as T | null;
  } catch {
    // Storage refused (private window) or unreadable: the page works, one only logs in again.
    return null;
  }
}

function keep(key: string, value: unknown): void {
  try {
    if (value) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    // As above: without storage the session lasts as long as the page.
    return;
  }
}
