/**
 * The gate of every drop: the Redis side, which answers in microseconds and may only ever say "no" by itself.
 * This file runs its operations at the epoch this process knows; when that is not the live one, it looks again, and
 * when there is none, it has the gate reopened from the ledger (reopen.ts).
 */
import type { DropState } from '../protocol/index.ts';
import { luaFile, runScript, type Script } from '../stores/index.ts';
import { type AskGate, createAskGate } from './ask.ts';
import type { TakenSeat } from './batch-call.ts';
import { type GateKeys, gateKeys, pointerKey, seatKeys } from './gate-keys.ts';
import { createGateSeats, type GateSeats } from './gate-seats.ts';
import { createReadSnapshot, type DropSnapshot, stateFrom } from './publish.ts';
import { createReopener, type GateDeps, UnknownDrop } from './reopen.ts';

const CREDIT = luaFile(import.meta.url, 'credit.lua');
const REFUSE = luaFile(import.meta.url, 'refuse.lua');
const TURN = luaFile(import.meta.url, 'turn.lua');
const PUBLISH = luaFile(import.meta.url, 'publish.lua');
const STOCK = luaFile(import.meta.url, 'stock.lua');

const pairs = (flat: readonly string[]): Map<string, number> => {
  const out = new Map<string, number>();
  for (let i = 0; i < flat.length; i += 2) out.set(flat[i] as string, Number(flat[i + 1]));
  return out;
};

/** Above every version a gate counts to: a state read from the ledger alone wins until the gate is reopened. */
const LEDGER_ONLY_VERSION = 2 ** 40;
const STALE_TRIES = 20;
const STALE_PAUSE_MS = 25;

export interface Credit {
  holdId: string;
  kind: 'release' | 'complete' | 'forget' | 'move' | 'refund';
  /** Of a move: its number (they rise), from, to. Of a refund: the seats of its tickets. */
  seats?: readonly number[] | null;
  /** Of a refund: its id, whose allowance it is, and the units by tier that have no seats. */
  refund?: { id: string; userId: string; units: Readonly<Record<string, number>> };
}

/** As credit.lua reads it. */
function detailsOf({ refund, seats }: Credit): string {
  const numbers = seats?.join('.') ?? '';
  if (!refund) return numbers;
  const units = Object.entries(refund.units).map(([tierId, n]) => `${tierId}:${n}`);
  return [refund.id, refund.userId, units.join(','), numbers].join('|');
}

export interface Gate extends Pick<GateSeats, 'syncKept' | 'readSeats'> {
  /** Records a claimed turn for `place.lua`; best effort, the ledger has it. `expiresAtMs`: since 1970. */
  grantTurn(dropId: string, userId: string, expiresAtMs: number): Promise<void>;
  endTurn(dropId: string, userId: string): Promise<void>;
  /** Re-reads the drop's small state from the ledger and publishes it to every edge. */
  publish(dropId: string): Promise<void>;
  /** The drop's public state with the gate's stock, or the ledger's own when the gate is away; null: no such drop. */
  read(dropId: string): Promise<DropState | null>;
  /** Rebuilds the drop's gate from the ledger under a new epoch. */
  reopen(dropId: string, why: string): Promise<void>;
}

export interface GateStock {
  free: Map<string, number>;
  pending: Map<string, number>;
  /** A character per seat; empty in drops without seats. */
  seats: string;
  /** Seats in holds the ledger has not answered yet. */
  pendingSeats: Set<number>;
}

/** What the holds slice itself does with the gate. */
export interface HoldGate extends Gate {
  /** Keys of the live epoch. @throws UnknownDrop, or a connection error */
  keysOf(dropId: string): Promise<GateKeys>;
  /** Forgets which epoch was live, after a STALE; should the gate go on showing it, it is reopened. */
  forget(dropId: string, epoch: number): void;
  ask: AskGate;
  /** Whether the gate still has this hold (pending or confirmed). */
  has(keys: GateKeys, holdId: string): Promise<boolean>;
  seatsOf: GateSeats['seatsOf'];
  /** Holds let through but not yet answered by the ledger: id → since when, ms by the gate's own clock; and that clock. */
  pending(keys: GateKeys): Promise<{ since: Map<string, number>; nowMs: number }>;
  /** Free units per tier, and units in holds still pending per tier, in one moment. */
  stock(keys: GateKeys): Promise<GateStock>;
  confirm(keys: GateKeys, holdIds: readonly string[]): Promise<void>;
  /** `left`: units per tier; `taken`: seats the gate thought free. */
  refuse(
    keys: GateKeys,
    left: ReadonlyMap<string, number>,
    taken: readonly TakenSeat[],
    holdIds: readonly string[],
  ): Promise<void>;
  credit(keys: GateKeys, entries: readonly Credit[]): Promise<'applied' | 'stale'>;
}

export function createGate(deps: GateDeps): HoldGate {
  const { ledger, gate: redis, clock, log } = deps;
  const known = new Map<string, GateKeys>();
  /** Drops whose state was shown from the ledger alone: reopened as soon as the gate answers again. */
  const suspect = new Set<string>();
  /** Epochs that were found stale and not yet looked up anew. */
  const refused = new Map<string, number>();
  const reopener = createReopener(deps);
  const readSnapshot = createReadSnapshot(ledger.reads);

  // A restarted, failed-over or re-reached server may carry the live epoch with old counters: nothing it says about
  // a drop this process watched is trusted until that drop was rebuilt from the ledger.
  redis.on('close', () => {
    for (const dropId of known.keys()) suspect.add(dropId);
  });

  async function take(dropId: string, how: 'find' | 'rebuild', why: string): Promise<void> {
    const before = known.get(dropId)?.epoch ?? refused.get(dropId) ?? null;
    const epoch = await reopener[how](dropId, before, why);
    suspect.delete(dropId);
    refused.delete(dropId);
    known.set(dropId, gateKeys(dropId, epoch));
    await publish(dropId);
  }
  const reopen = (dropId: string, why: string): Promise<void> => take(dropId, 'rebuild', why);

  async function keysOf(dropId: string): Promise<GateKeys> {
    if (suspect.has(dropId)) await take(dropId, 'find', 'the connection to the gate was lost');
    const cached = known.get(dropId);
    if (cached) return cached;
    const pointer = await redis.get(pointerKey(dropId));
    if (pointer === null) await take(dropId, 'find', 'the gate has no epoch');
    else if (refused.get(dropId) === Number(pointer)) {
      // Stale, and yet the gate shows no other: whoever moved the ledger on died before the flip, or the ledger was
      // restored to an earlier state. Nobody else would ever mend that.
      await take(dropId, 'find', 'gate and ledger know different epochs');
    } else {
      refused.delete(dropId);
      known.set(dropId, gateKeys(dropId, Number(pointer)));
    }
    return known.get(dropId) as GateKeys;
  }

  function forget(dropId: string, epoch: number): void {
    if (known.get(dropId)?.epoch !== epoch) return;
    known.delete(dropId);
    refused.set(dropId, epoch);
  }

  /** Runs `work` at the live epoch, again when that turned out stale. */
  async function atEpoch(dropId: string, work: (keys: GateKeys) => Promise<unknown>): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      const keys = await keysOf(dropId);
      const answer = await work(keys);
      if (answer !== 'STALE' || attempt === STALE_TRIES) return answer;
      forget(dropId, keys.epoch);
      if (attempt > 2) await clock.sleep(STALE_PAUSE_MS);
    }
  }

  async function setTurn(dropId: string, userId: string, expiry: number): Promise<void> {
    try {
      await atEpoch(dropId, (k) => runScript(redis, TURN, [k.pointer, k.turns], [k.epoch, userId, expiry]));
    } catch (err) {
      // The ledger has the turn, and a NO_TURN is confirmed there before it is told.
      log.warn({ err: (err as Error).message, dropId }, 'turn not written to the gate');
    }
  }

  async function publish(dropId: string): Promise<void> {
    const snapshot = await readSnapshot(dropId);
    if (!snapshot) throw new UnknownDrop(dropId);
    await atEpoch(dropId, (k) =>
      runScript(
        redis,
        PUBLISH,
        [k.pointer, k.state],
        [
          k.epoch,
          snapshot.ledgerVersion,
          snapshot.phase,
          snapshot.hasLine ? 1 : 0,
          snapshot.limitPerFan,
          JSON.stringify(snapshot),
        ],
      ),
    );
  }

  async function readFromGate(dropId: string): Promise<DropState | 'STALE'> {
    const keys = await keysOf(dropId);
    const [pointer, state, stock] = await Promise.all([
      redis.get(keys.pointer),
      redis.hmget(keys.state, 'json', 'pv'),
      redis.hgetall(keys.stock),
    ]);
    if (pointer !== String(keys.epoch) || !state[0]) return 'STALE';
    const snapshot = JSON.parse(state[0]) as DropSnapshot;
    return stateFrom(snapshot, keys.epoch, Number(state[1] ?? 0) + Number(stock.v ?? 0), stock, clock.now());
  }

  async function read(dropId: string): Promise<DropState | null> {
    try {
      const fromGate = (await atEpoch(dropId, () => readFromGate(dropId))) as DropState | 'STALE';
      if (fromGate !== 'STALE') return fromGate;
    } catch (err) {
      if (err instanceof UnknownDrop) return null;
      suspect.add(dropId);
      log.debug({ err: (err as Error).message, dropId }, 'state read from the ledger');
    }
    const snapshot = await readSnapshot(dropId);
    if (!snapshot) return null;
    return stateFrom(
      snapshot,
      snapshot.epoch,
      LEDGER_ONLY_VERSION + snapshot.ledgerVersion,
      null,
      clock.now(),
    );
  }

  const settle = (script: Script, k: GateKeys, args: (string | number)[]) =>
    runScript(
      redis,
      script,
      [k.pointer, k.stock, k.fans, k.requests, k.holds, k.pending, k.state, ...seatKeys(k), k.refunds],
      [k.epoch, ...args],
    );

  return {
    keysOf,
    forget,
    reopen,
    publish,
    read,
    ...createGateSeats({ ledger, redis, atEpoch }),
    grantTurn: (dropId, userId, expiresAtMs) => setTurn(dropId, userId, Math.ceil(expiresAtMs)),
    endTurn: (dropId, userId) => setTurn(dropId, userId, 0),
    ask: createAskGate(redis),
    has: async (k, holdId) => (await redis.hexists(k.holds, holdId)) === 1,
    async pending(k) {
      const [entries, time] = await Promise.all([redis.hgetall(k.pending), redis.time()]);
      const since = new Map(Object.entries(entries).map(([id, ms]) => [id, Number(ms)]));
      return { since, nowMs: Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000) };
    },
    async stock(k) {
      const [free, pending, seats, pendingSeats] = (await runScript(
        redis,
        STOCK,
        [k.stock, k.holds, k.pending, k.seats, k.plan, k.state],
        [],
      )) as [string[], string[], string, string[]];
      return {
        free: pairs(free),
        pending: pairs(pending),
        seats,
        pendingSeats: new Set(pendingSeats.map(Number)),
      };
    },
    async confirm(k, holdIds) {
      if (holdIds.length > 0) await redis.hdel(k.pending, ...holdIds);
    },
    async refuse(k, left, taken, holdIds) {
      const seats = taken.flatMap((t) => [t.seat, t.holdId, t.sold ? 1 : 0]);
      await settle(REFUSE, k, [left.size, taken.length, ...[...left].flat(), ...seats, ...holdIds]);
    },
    async credit(k, entries) {
      const answer = await settle(
        CREDIT,
        k,
        entries.flatMap((e) => [e.holdId, e.kind, detailsOf(e)]),
      );
      return answer === 'STALE' ? 'stale' : 'applied';
    },
  };
}
