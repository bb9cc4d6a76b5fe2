/**
 * Who watches the seats of which drop on this edge. Each watched drop's seats are read once a tick, however many watch
 * them, compared with what was published last, and what changed goes natively to those sockets. A snapshot is always
 * what was published last, so the next delta fits it. Per watched drop an edge keeps one byte a seat and one snapshot;
 * of others nothing.
 */
import { type Clock, everyLoop, type Logger, type Loop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import {
  diffSeats,
  encodeRuns,
  packedBytes,
  type SeatStates,
  type SeatsDelta,
  toBase64,
} from '../protocol/index.ts';
import { encodeStates, type SeatsReader, type SeatsShown, shownSeats } from '../seating/index.ts';
import { BELIEVE_OLDER_AFTER_MS, isOlder } from './audience.ts';
import { frame } from './wire.ts';

export const seatsTopic = (dropId: string): string => `seats:${dropId}`;

interface Watched {
  dropId: string;
  watchers: number;
  reading: Promise<SeatsShown | null> | undefined;
  /** As last published, or answered to the first who watched. */
  last: SeatsShown | undefined;
  /** `last` as it is answered, made when somebody asks. */
  snapshot: SeatStates | undefined;
  /** When `last` was last found to be how things stand. */
  confirmedAt: number;
  /** Since when the gate has shown a lower (epoch, version) than it did before; 0: it does not. */
  olderSince: number;
  publishedAt: number;
}

export interface SeatAudience {
  /** Counts one more watcher. */
  add(dropId: string): void;
  remove(dropId: string): void;
  /** All states as last published to those who watch; null: no such drop, or one without seats. */
  snapshot(dropId: string): Promise<SeatStates | null>;
  /** One pass over all watched drops. */
  tick(): Promise<void>;
  start(signal: AbortSignal): Loop;
  readonly size: number;
}

/** Beyond this a delta has to be smaller than all states together. */
const SMALL_DELTA_BYTES = 1_024;

/**
 * From one published state to the next, whatever lies between them: a new epoch mostly changes few seats, while all
 * states asked for by 10,000 pages at once are 37 MB.
 */
export function seatsDelta(dropId: string, before: SeatsShown, after: SeatsShown): SeatsDelta {
  const { epoch, version, states } = after;
  const sameMap = before.mapId === after.mapId && before.states.length === states.length;
  const runs = sameMap ? encodeRuns(diffSeats(before.states, states)) : undefined;
  // Another map, or more runs than all states would take: everybody asks anew.
  const most = Math.max(SMALL_DELTA_BYTES, packedBytes(states.length));
  if (!runs || runs.length > most) return { dropId, epoch, from: -1, version, runs: '' };
  return {
    dropId,
    epoch,
    ...(before.epoch === epoch ? {} : { fromEpoch: before.epoch }),
    from: before.version,
    version,
    runs: toBase64(runs),
  };
}

const snapshotOf = (dropId: string, { states, mapId, epoch, version }: SeatsShown): SeatStates => ({
  dropId,
  mapId,
  epoch,
  version,
  seats: states.length,
  states: encodeStates(states),
});

export function createSeatAudience(deps: {
  reader: SeatsReader;
  clock: Clock;
  log: Logger;
  publish(topic: string, text: string): void;
}): SeatAudience {
  const { reader, clock, log } = deps;
  const drops = new Map<string, Watched>();
  let failing = false;

  function publish(drop: Watched, delta: SeatsDelta): void {
    if (drop.watchers === 0) return;
    deps.publish(seatsTopic(drop.dropId), frame('seats:delta', delta));
    drop.publishedAt = clock.now();
  }

  function take(drop: Watched, found: SeatsShown | 'same'): SeatsShown {
    const { last } = drop;
    const now = clock.now();
    if (found !== 'same' && last && isOlder(found, last)) {
      drop.olderSince ||= now;
      if (now - drop.olderSince < BELIEVE_OLDER_AFTER_MS) return last;
    }
    drop.olderSince = 0;
    drop.confirmedAt = now;
    const next = found === 'same' ? (last as SeatsShown) : found;
    if (next === last) return next;
    drop.last = next;
    drop.snapshot = undefined;
    if (last) publish(drop, seatsDelta(drop.dropId, last, next));
    return next;
  }

  /** One read at a time per drop; those who ask meanwhile share it. What it finds is published before it is answered. */
  function read(drop: Watched): Promise<SeatsShown | null> {
    drop.reading ??= reader
      .readSeats(drop.dropId, drop.last ?? null)
      .then((found) => found && take(drop, found === 'same' ? found : shownSeats(found)))
      .finally(() => {
        drop.reading = undefined;
      });
    return drop.reading;
  }

  async function tickDrop(drop: Watched): Promise<void> {
    const shown = await read(drop);
    if (!shown || clock.now() - drop.publishedAt < LIMITS.seatsRepeatMs) return;
    // While an older state is not yet believed, nothing is confirmed.
    if (drop.olderSince === 0) publish(drop, seatsDelta(drop.dropId, shown, shown));
  }

  const audience: SeatAudience = {
    add(dropId) {
      const drop = drops.get(dropId) ?? {
        dropId,
        watchers: 0,
        reading: undefined,
        last: undefined,
        snapshot: undefined,
        confirmedAt: 0,
        olderSince: 0,
        publishedAt: clock.now(),
      };
      drops.set(dropId, drop);
      drop.watchers++;
    },
    remove(dropId) {
      const drop = drops.get(dropId);
      if (drop && --drop.watchers <= 0) drops.delete(dropId);
    },
    async snapshot(dropId) {
      const drop = drops.get(dropId);
      if (!drop) return null;
      const fresh = drop.last && clock.now() - drop.confirmedAt <= LIMITS.seatsRepeatMs;
      if (!fresh && !(await read(drop))) return null;
      drop.snapshot ??= snapshotOf(dropId, drop.last as SeatsShown);
      return drop.snapshot;
    },
    async tick() {
      const outcomes = await Promise.allSettled([...drops.values()].map(tickDrop));
      const failed = outcomes.find((o) => o.status === 'rejected');
      // Said once: a store that is away would otherwise fill the log four times a second.
      if (failed && !failing)
        log.warn({ err: failed.reason }, 'cannot read seats: their pages will show old states');
      if (!failed && failing) log.info('seats can be read again');
      failing = failed !== undefined;
    },
    start: (signal) =>
      everyLoop({ name: 'seats', everyMs: LIMITS.tickEveryMs, clock, log, signal }, audience.tick),
    get size() {
      return drops.size;
    },
  };
  return audience;
}
