/** A vendor's live figures: read again when their version moved (or after a while, for the minutes that passed). */
import { type Clock, everyLoop, type Logger, type Loop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { Result, SalesView } from '../protocol/index.ts';
import type { Account } from '../transport/index.ts';
import { frame } from './wire.ts';

export interface Sales {
  /** Whether this account may see the event's figures. */
  maySee(account: Account, eventId: string): Promise<boolean>;
  /** The same of many, in one statement. */
  mayStillSee(watching: readonly { account: Account; eventId: string }[]): Promise<boolean[]>;
  salesOf(eventId: string): Promise<Result<SalesView>>;
  /** Rises with every figure that moves; cheap. */
  salesVersion(eventId: string): Promise<number>;
}

export const salesTopic = (eventId: string): string => `sales:${eventId}`;

interface Watched {
  watchers: number;
  version: number;
  at: number;
  last: string | undefined;
}

export interface SalesTicker {
  add(eventId: string): void;
  remove(eventId: string): void;
  /** The last frame sent for this event, for a socket that missed it. */
  last(eventId: string): string | undefined;
  tick(): Promise<void>;
  start(signal: AbortSignal): Loop;
}

export function createSalesTicker(deps: {
  sales: Sales;
  clock: Clock;
  log: Logger;
  publish(topic: string, text: string): void;
}): SalesTicker {
  const events = new Map<string, Watched>();

  async function tickEvent(eventId: string, watched: Watched): Promise<void> {
    const now = deps.clock.now();
    const version = await deps.sales.salesVersion(eventId);
    if (version === watched.version && now - watched.at < LIMITS.salesRepeatMs) return;
    const view = await deps.sales.salesOf(eventId);
    if (!view.ok) return;
    watched.version = version;
    watched.at = now;
    watched.last = frame('sales:tick', view.value);
    deps.publish(salesTopic(eventId), watched.last);
  }

  const ticker: SalesTicker = {
    add(eventId) {
      const watched = events.get(eventId) ?? { watchers: 0, version: -1, at: 0, last: undefined };
      events.set(eventId, watched);
      watched.watchers++;
    },
    remove(eventId) {
      const watched = events.get(eventId);
      if (watched && --watched.watchers <= 0) events.delete(eventId);
    },
    last: (eventId) => events.get(eventId)?.last,
    async tick() {
      const outcomes = await Promise.allSettled([...events].map(([id, watched]) => tickEvent(id, watched)));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    },
    start: (signal) =>
      everyLoop(
        { name: 'sales', everyMs: LIMITS.salesEveryMs, clock: deps.clock, log: deps.log, signal },
        ticker.tick,
      ),
  };
  return ticker;
}
