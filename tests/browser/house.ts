/** The program as it is shipped, for a browser to walk through: built pages, real processes on a test's own stores. */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type RunningProcess, startProcess } from '../../load-tests/processes.ts';
import { generateKeys } from '../../server/keys/index.ts';
import type { DropState, EventView } from '../../server/protocol/index.ts';
import { type TestWorld, testWorld } from '../../server/stores/testing.ts';

const BUILD = fileURLToPath(new URL('../../scripts/lib/build-pages.mjs', import.meta.url));

/** An account somebody could log in with. */
export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
}

export const OPERATOR: Omit<Person, 'id'> = {
  name: 'Operator',
  email: 'operator@house.test',
  password: 'holds the house together',
};

export interface House {
  world: TestWorld;
  url: string;
  /** Starts one more process of this house; it ends with the house. */
  start(roles: string, env?: Record<string, string>): Promise<RunningProcess>;
  /** Registers over the API. */
  person(name: string, role?: 'user' | 'vendor'): Promise<Person>;
  /** Asks the API as somebody. @throws Error with the answer when it is a refusal */
  as(person: Pick<Person, 'email' | 'password'>): Promise<Ask>;
  close(): Promise<void>;
}

export type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

function buildPages(): void {
  const run = spawnSync(process.execPath, [BUILD], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`the pages could not be built:\n${run.stdout}${run.stderr}`);
}

/** A port nobody listens on, for an edge that must be named before it runs. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function ask<T>(url: string, token: string | null, method: string, path: string, body?: unknown) {
  const response = await fetch(url + path, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return (text ? JSON.parse(text) : null) as T;
}

/** @param roles of the process that serves the pages */
export async function openHouse(roles: string, env: Record<string, string> = {}): Promise<House> {
  buildPages();
  const world = await testWorld();
  const running: RunningProcess[] = [];
  const shared = {
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    HOLDFAST_DATA: `${world.dir}/data`,
    HOLDFAST_KEYS: JSON.stringify(generateKeys()),
    HOLDFAST_ADMIN_EMAIL: OPERATOR.email,
    HOLDFAST_ADMIN_PASSWORD: OPERATOR.password,
    ...env,
  };
  const start: House['start'] = async (started, more = {}) => {
    const one = await startProcess(started, { ...shared, ...more });
    running.push(one);
    return one;
  };
  const close: House['close'] = async () => {
    await Promise.all(running.map((one) => one.stop()));
    await world.close();
  };
  try {
    const url = (await start(roles)).url as string;
    return { world, url, start, close, person: register(url), as: (who) => askAs(url, who) };
  } catch (err) {
    await close();
    throw err;
  }
}

function register(url: string): House['person'] {
  let people = 0;
  return async (name, role = 'user') => {
    people += 1;
    const person = { name, email: `person-${people}@house.test`, password: 'a long enough sentence' };
    const { id } = await ask<{ id: string }>(url, null, 'POST', '/register', { ...person, role });
    return { ...person, id };
  };
}

async function askAs(url: string, { email, password }: Pick<Person, 'email' | 'password'>): Promise<Ask> {
  const login = await ask<{ accessToken: string }>(url, null, 'POST', '/login', { email, password });
  return (method, path, body) => ask(url, login.accessToken, method, path, body);
}

/** Reads the drop as everybody may. */
export const dropOf = (house: House, dropId: string): Promise<DropState> =>
  ask(house.url, null, 'GET', `/drops/${dropId}`);

export interface Sale {
  eventId: string;
  dropId: string;
  title: string;
}

/** What a sale has, where it matters. */
export interface SaleSeed {
  tiers?: { name: string; priceCents: number; currency: string; quantity: number }[];
  maxTurns?: number;
  limitPerFan?: number;
}

/** An event with a lobby that is open and doors that open much later, made as a vendor makes it. */
export async function announce(house: House, vendor: Ask, seed: SaleSeed = {}): Promise<Sale> {
  const inMs = (ms: number) => new Date(house.world.clock.now() + ms).toISOString();
  const made = await vendor<EventView>('POST', '/events', {
    title: 'Tidelines',
    type: 'concert',
    artist: 'The Kelp',
    venue: { name: 'Harbour Hall', city: 'Zurich', timeZone: 'Europe/Zurich' },
    startsAt: inMs(30 * 86_400_000),
    status: 'published',
    tiers: seed.tiers ?? [
      { name: 'Floor', priceCents: 6_500, currency: 'EUR', quantity: 40 },
      { name: 'Balcony', priceCents: 4_250, currency: 'EUR', quantity: 20 },
    ],
    drop: {
      line: true,
      lobbyOpensAt: inMs(-1_000),
      opensAt: inMs(3_600_000),
      maxTurns: seed.maxTurns ?? 1,
      claimSeconds: 300,
      limitPerFan: seed.limitPerFan ?? 4,
    },
  });
  return { eventId: made.id, dropId: made.drop?.id as string, title: made.title };
}
