/**
 * Who watches which drop on this edge, and the ticker that serves them: each watched drop's small state is read once a
 * tick, however many watch it, and published natively to those sockets when it changed. Coalesced: the latest wins.
 */
import { type Clock, everyLoop, type Logger, type Loop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { DropPhase, DropState, QueueTick, StockTick } from '../protocol/index.ts';
import { frame } from './wire.ts';

/** The gate, as far as an edge needs it. */
export interface DropReader {
  /** Small public state; null: no such drop. @throws while the stores are away */
  read(dropId: string): Promise<DropState | null>;
}

/** A gate that fell back in time (failover) is not believed at once, nor disbelieved for ever. */
export const BELIEVE_OLDER_AFTER_MS = 3_000;

export const dropTopic = (dropId: string): string => `drop:${dropId}`;

interface Watched {
  dropId: string;
  watchers: number;
  reading: Promise<DropState | null> | undefined;
  last: DropState | undefined;
  readAt: number;
  /** Since when the gate has shown a lower (epoch, version) than it did before; 0: it does not. */
  olderSince: number;
  /** As last published; undefined: not yet. */
  phase: DropPhase | undefined;
  keys: { hard: string; soft: string; queue: string; stock: string };
  softAt: number;
  queueAt: number;
}

const queueTick = (s: DropState): QueueTick => ({
  dropId: s.id,
  epoch: s.epoch,
  version: s.version,
  serving: s.serving,
  lastNumber: s.lastNumber,
  phase: s.phase,
});

const stockTick = (s: DropState): StockTick => ({
  dropId: s.id,
  epoch: s.epoch,
  version: s.version,
  tiers: Object.fromEntries(s.tiers.map((t) => [t.id, [t.available, t.held, t.sold]])),
});

/** What each kind of message is about: a message is due when its key changed. */
const keysOf = (s: DropState): Watched['keys'] => ({
  hard: JSON.stringify([
    s.epoch,
    s.phase,
    s.pausedAt,
    s.pauseReason,
    s.lobbyOpensAt,
    s.opensAt,
    s.endsAt,
    s.hasLine,
    s.limitPerFan,
    s.turnSeconds,
    s.holdSeconds,
    s.claimSeconds,
    s.extendable,
    s.maxTurns,
    s.tiers.map((t) => [
      t.id,
      t.name,
      t.priceCents,
      t.allInCents,
      t.priceRange,
      t.presaleUntil,
      t.currency,
      t.quantity,
    ]),
  ]),
  soft: `${s.lobbyCount} ${s.turnsInUse} ${s.ratePerMinute}`,
  queue: `${s.epoch} ${s.serving} ${s.lastNumber} ${s.phase}`,
  stock: s.tiers.map((t) => `${t.available} ${t.held} ${t.sold}`).join(','),
});

type Position = Pick<DropState, 'epoch' | 'version'>;

export const isOlder = (a: Position, b: Position): boolean =>
  a.epoch < b.epoch || (a.epoch === b.epoch && a.version < b.version);

export interface AudienceDeps {
  reader: DropReader;
  clock: Clock;
  log: Logger;
  publish(topic: string, text: string): void;
  onTick(ms: number): void;
  /** After the new phase was published to those who watch. */
  onPhase?(dropId: string, before: DropPhase | undefined, after: DropPhase): void;
}

export interface Audience {
  /** Counts one more watcher. */
  add(dropId: string): void;
  remove(dropId: string): void;
  /** The state for a snapshot: this tick's, or read now (once for all who ask together). */
  snapshot(dropId: string): Promise<DropState | null>;
  /** The state last read, if the drop has an audience. */
  last(dropId: string): DropState | undefined;
  /** One pass over all watched drops. */
  tick(): Promise<void>;
  start(signal: AbortSignal): Loop;
  readonly size: number;
}

export function createAudience(deps: AudienceDeps): Audience {
  const drops = new Map<string, Watched>();
  let failing = false;

  const fresh = (dropId: string): Watched => ({
    dropId,
    watchers: 0,
    reading: undefined,
    last: undefined,
    readAt: 0,
    olderSince: 0,
    phase: undefined,
    keys: { hard: '', soft: '', queue: '', stock: '' },
    softAt: 0,
    queueAt: 0,
  });

  /** One read at a time per drop; those who ask meanwhile share it. */
  function read(drop: Watched): Promise<DropState | null> {
    drop.reading ??= deps.reader
      .read(drop.dropId)
      .then((state) => {
        drop.readAt = deps.clock.now();
        if (state && drop.last && isOlder(state, drop.last)) {
          drop.olderSince ||= drop.readAt;
          if (drop.readAt - drop.olderSince < BELIEVE_OLDER_AFTER_MS) return drop.last;
        }
        drop.olderSince = 0;
        if (state) drop.last = state;
        return state;
      })
      .finally(() => {
        drop.reading = undefined;
      });
    return drop.reading;
  }

  function publishChanges(drop: Watched, state: DropState): void {
    const now = deps.clock.now();
    const keys = keysOf(state);
    const topic = dropTopic(drop.dropId);
    const softDue = keys.soft !== drop.keys.soft && now - drop.softAt >= LIMITS.softStateEveryMs;
    if (keys.hard !== drop.keys.hard || softDue) {
      deps.publish(topic, frame('drop:state', state));
      drop.softAt = now;
    } else keys.soft = drop.keys.soft;
    if (keys.queue !== drop.keys.queue || now - drop.queueAt >= LIMITS.tickRepeatMs) {
      deps.publish(topic, frame('queue:tick', queueTick(state)));
      drop.queueAt = now;
    }
    if (keys.stock !== drop.keys.stock) deps.publish(topic, frame('stock:tick', stockTick(state)));
    drop.keys = keys;
    const before = drop.phase;
    drop.phase = state.phase;
    if (before !== state.phase) deps.onPhase?.(drop.dropId, before, state.phase);
  }

  async function tickDrop(drop: Watched): Promise<void> {
    const state = await read(drop);
    if (state && drop.watchers > 0) publishChanges(drop, state);
  }

  const audience: Audience = {
    add(dropId) {
      const drop = drops.get(dropId) ?? fresh(dropId);
      drops.set(dropId, drop);
      drop.watchers++;
    },
    remove(dropId) {
      const drop = drops.get(dropId);
      if (drop && --drop.watchers <= 0) drops.delete(dropId);
    },
    snapshot(dropId) {
      const drop = drops.get(dropId) ?? fresh(dropId);
      if (drop.last && deps.clock.now() - drop.readAt <= LIMITS.tickEveryMs)
        return Promise.resolve(drop.last);
      return read(drop);
    },
    last: (dropId) => drops.get(dropId)?.last,
    async tick() {
      const started = deps.clock.now();
      const outcomes = await Promise.allSettled([...drops.values()].map(tickDrop));
      const failed = outcomes.find((o) => o.status === 'rejected');
      // Said once: a store that is away would otherwise fill the log four times a second.
      if (failed && !failing)
        deps.log.warn({ err: failed.reason }, 'cannot read drops: their pages will show old state');
      if (!failed && failing) deps.log.info('drops can be read again');
      failing = failed !== undefined;
      deps.onTick(deps.clock.now() - started);
    },
    start: (signal) =>
      everyLoop(
        { name: 'ticker', everyMs: LIMITS.tickEveryMs, clock: deps.clock, log: deps.log, signal },
        audience.tick,
      ),
    get size() {
      return drops.size;
    },
  };
  return audience;
}
