/**
 * What Holdfast offers, what each needs, and what is up: `GET /status` and the event `service:status` show it. A service
 * is never better than what it needs (browse ← book ← pay): when browsing fails, booking is stopped too. What it only
 * prefers has a fallback: its absence is told and is not handed on (rules B17, B18, B25–B27).
 */
import type { ServiceNote } from '../protocol/index.ts';
import { FAILING_WORDS } from './failing.ts';
import type { BreakerNote, ServiceState } from './service-breaker.ts';

/** Something that can be up or down by itself: a store, a breaker. */
export interface Part {
  state(): ServiceState;
  note?(): BreakerNote;
  /** What people call it, within a sentence: `our card provider`. */
  readonly label?: string;
}

export interface ServiceDefinition {
  /** What is the matter then, for a person: `Card payments are paused`. */
  words?: { unavailable: string; degraded: string };
  /** Parts without which this service cannot do its work. */
  parts?: readonly Part[];
  /** Parts whose absence slows or coarsens it only. Asked each time, since such parts come and go. */
  softParts?: readonly Part[] | (() => readonly Part[]);
  /** Services it builds on. */
  needs?: readonly string[];
  /** Services of which one is enough. */
  needsOneOf?: readonly string[];
  /** Services it does without, with what happens instead: `What sells best is shown instead.` */
  prefers?: Readonly<Record<string, string>>;
}

export interface ServiceStatus {
  services: Record<string, ServiceState>;
  details: Record<string, ServiceNote>;
}

export interface Services {
  status(): ServiceStatus;
  /** @throws Error when there is no such service */
  state(name: string): ServiceState;
  /** @throws Error when there is no such service */
  note(name: string): ServiceNote;
  names(): readonly string[];
}

/** How something stands, and on whose account. */
interface Stand {
  state: ServiceState;
  /** `our card provider does not answer in time` */
  cause: string | null;
  since: number | null;
  retryAt: number | null;
}

const FINE: Stand = { state: 'available', cause: null, since: null, retryAt: null };
const RANK: Record<ServiceState, number> = { available: 0, degraded: 1, unavailable: 2 };

/** The first of the worst: what is told is one cause, and the one that weighs most. */
const worst = (stands: readonly Stand[]): Stand =>
  stands.reduce((a, b) => (RANK[b.state] > RANK[a.state] ? b : a), FINE);
const best = (stands: readonly Stand[]): Stand =>
  stands.reduce((a, b) => (RANK[b.state] < RANK[a.state] ? b : a));
const softened = (stand: Stand): Stand =>
  stand.state === 'unavailable' ? { ...stand, state: 'degraded' } : stand;

function ofPart(part: Part): Stand {
  const state = part.state();
  if (state === 'available') return FINE;
  const { failing = null, since = null, retryAt = null } = part.note?.() ?? {};
  const cause = `${part.label ?? 'something it needs'} ${FAILING_WORDS[failing ?? 'unreachable']}`;
  return { state, cause, since, retryAt };
}

/** One of these is enough: only when all are away is it away, and for as long as the first of them takes. */
function oneOf(stands: readonly Stand[]): Stand {
  if (stands.length === 0) return FINE;
  const least = best(stands);
  if (least.state !== 'unavailable') return softened(worst(stands));
  const retries = stands.flatMap((stand) => stand.retryAt ?? []);
  return { ...least, retryAt: retries.length > 0 ? Math.min(...retries) : null };
}

const timeOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

function noteOf(stand: Stand, { words }: ServiceDefinition, instead: string | null): ServiceNote {
  const { state, cause, since, retryAt } = stand;
  if (state === 'available') return { state, reason: null, since: null, retryAt: null };
  const why = [words?.[state], cause].filter(Boolean).join(': ');
  const sentence = `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  return {
    state,
    reason: instead === null ? sentence : `${sentence} ${instead}`,
    since: timeOf(since),
    retryAt: timeOf(retryAt),
  };
}

/** @throws Error when a service needs one that is not declared before it: so there can be no circle either. */
export function createServices(definitions: Record<string, ServiceDefinition>): Services {
  const names = Object.keys(definitions);
  names.forEach((name, i) => {
    const { needs = [], needsOneOf = [], prefers = {} } = definitions[name] as ServiceDefinition;
    for (const need of [...needs, ...needsOneOf, ...Object.keys(prefers)])
      if (!names.slice(0, i).includes(need))
        throw new Error(`service ${name} needs ${need}, which is not declared before it`);
  });

  function status(): ServiceStatus {
    const stands: Record<string, Stand> = {};
    const known: ServiceStatus = { services: {}, details: {} };
    for (const name of names) {
      const definition = definitions[name] as ServiceDefinition;
      const { parts = [], softParts = [], needs = [], needsOneOf = [], prefers = {} } = definition;
      const soft = typeof softParts === 'function' ? softParts() : softParts;
      const handedOn = worst([
        ...needs.map((need) => stands[need] as Stand),
        oneOf(needsOneOf.map((need) => stands[need] as Stand)),
        ...parts.map(ofPart),
        softened(worst(soft.map(ofPart))),
      ]);
      stands[name] = handedOn;
      const missed = Object.keys(prefers).find((other) => stands[other]?.state === 'unavailable');
      const shown = missed && handedOn.state === 'available' ? softened(stands[missed] as Stand) : handedOn;
      const instead = missed === undefined ? null : (prefers[missed] as string);
      known.services[name] = shown.state;
      known.details[name] = noteOf(shown, definition, instead);
    }
    return known;
  }

  const known = (name: string): void => {
    if (!names.includes(name)) throw new Error(`no service ${name}`);
  };
  return {
    status,
    names: () => names,
    state(name) {
      known(name);
      return status().services[name] as ServiceState;
    },
    note(name) {
      known(name);
      return status().details[name] as ServiceNote;
    },
  };
}
