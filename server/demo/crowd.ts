/**
 * The crowd: simulated fans in a process of their own, told by its parent which sale to go to. Their accounts are rows
 * of this process's making and their tokens are signed with the development keys, so that logging three hundred fans in
 * does not cost three hundred password checks; all else they do is the public contract.
 */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import process from 'node:process';
import { createAccounts, createHasher } from '../accounts/index.ts';
import { readConfig } from '../config.ts';
import { createIds, createLog, systemClock, type Uuid } from '../kernel/index.ts';
import { loadKeyRing } from '../keys/index.ts';
import { connectLedger, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { Fan, type FanDeps } from './fan.ts';
import { nameOf } from './names.ts';
import { temperOf } from './temper.ts';

/** A sale to go to, and how many of the crowd do: one in `oneIn`. */
export interface CrowdSale {
  dropId: Uuid;
  opensAt: string;
  oneIn: number;
}

/** What the parent says: go to these sales, and no more to others. */
export interface CrowdOrders {
  sales: CrowdSale[];
  apiUrl: string;
  socketUrl: string;
  size: number;
  pace: number;
}

const insertFans = statement(
  'demo_insert_fans',
  `insert into accounts.users (id, email, name, password_hash, role)
   select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
   on conflict (email) do nothing`,
);
const findFans = statement(
  'demo_find_fans',
  'select id, name from accounts.users where email = any ($1::text[]) order by email',
);
const openSessions = statement(
  'demo_open_sessions',
  `insert into accounts.sessions (id, user_id, expires_at)
   select s, u, now() + interval '7 days' from unnest($1::uuid[], $2::uuid[]) as t (s, u)`,
);

const clock = systemClock;
const config = readConfig(process.env);
const log = createLog(process.env.LOG_LEVEL ?? 'warn', 'crowd');
const ids = createIds(clock.now);
const ledger = connectLedger(config.databaseUrl ?? '', undefined, log);
const accounts = createAccounts({
  config,
  clock,
  ids,
  log,
  ledger,
  gate: undefined,
  keys: loadKeyRing(config),
});
const chance = () => randomBytes(4).readUInt32BE() / 2 ** 32;

/** Accounts (made once, found again at the next start), each with a session. */
async function people(size: number): Promise<Account[]> {
  const emails = Array.from(
    { length: size },
    (_, i) => `crowd-${String(i + 1).padStart(5, '0')}@crowd.holdfast`,
  );
  // One hash for all, of a password nobody knows.
  const hashed = await createHasher().hash(randomBytes(24).toString('base64url'));
  if (!hashed.ok) throw new Error(hashed.error.code);
  const repeat = (text: string) => emails.map(() => text);
  const names = emails.map((_, i) => nameOf(i));
  await ledger.reads.all(insertFans, [
    emails.map(() => ids.next()),
    emails,
    names,
    repeat(hashed.value),
    repeat('user'),
  ]);
  const rows = await ledger.reads.all<{ id: Uuid; name: string }>(findFans, [emails]);
  const fans: Account[] = rows.map(({ id, name }) => ({ id, name, role: 'user', sessionId: ids.next() }));
  await ledger.reads.all(openSessions, [fans.map((fan) => fan.sessionId), fans.map((fan) => fan.id)]);
  return fans;
}

/** One fan's evening: joins at its own time, and comes back for more until it has had enough. */
async function evening(
  account: Account,
  sale: CrowdSale,
  orders: CrowdOrders,
  signal: AbortSignal,
): Promise<void> {
  const { pace } = orders;
  const sleep = (ms: number) => clock.sleep(ms * pace, signal);
  const deps: FanDeps = {
    ...orders,
    dropId: sale.dropId,
    clock,
    chance,
    signal,
    token: () => accounts.issueAccessToken(account).accessToken,
  };
  let temper = temperOf(chance);
  if (!temper.early) await clock.sleep(Math.max(0, Date.parse(sale.opensAt) - clock.now()), signal);
  await sleep(temper.joinAfterMs);
  while (!signal.aborted) {
    const fan = new Fan(deps);
    try {
      await fan.visit(temper);
    } finally {
      fan.close();
    }
    if (temper.returnAfterMs === Number.POSITIVE_INFINITY) return;
    await sleep(temper.returnAfterMs);
    temper = temperOf(chance);
  }
}

/** The sales the crowd is at, by their drops. */
const attended = new Map<Uuid, AbortController>();
let everybody: Promise<Account[]> | undefined;

async function attend(sale: CrowdSale, orders: CrowdOrders): Promise<void> {
  const stop = new AbortController();
  // One listener per fan and sleep: far more than the ten that Node thinks a leak.
  setMaxListeners(0, stop.signal);
  attended.set(sale.dropId, stop);
  everybody ??= people(orders.size);
  const going = (await everybody).filter((_account, i) => i % sale.oneIn === 0);
  for (const account of going)
    void evening(account, sale, orders, stop.signal).catch((err) => {
      if (!stop.signal.aborted) log.warn({ err }, 'a fan gave up');
    });
}

async function go(orders: CrowdOrders): Promise<void> {
  const wanted = new Set(orders.sales.map(({ dropId }) => dropId));
  for (const [dropId, stop] of attended)
    if (!wanted.has(dropId)) {
      stop.abort(new Error('another sale'));
      attended.delete(dropId);
    }
  const fresh = orders.sales.filter(({ dropId }) => !attended.has(dropId));
  await Promise.all(fresh.map((sale) => attend(sale, orders)));
}

process.on('message', (message) => {
  go(message as CrowdOrders).catch((err) => {
    log.error({ err }, 'the crowd could not gather');
    process.exit(1);
  });
});
// Whatever ends our parent ends us; Ctrl-C reaches us too, and there is nothing to tidy.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(0));
process.on('disconnect', () => process.exit(0));
