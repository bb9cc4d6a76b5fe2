/**
 * Of two states the one with the higher (epoch, version) counts, whichever way and in whatever order they came.
 * A tick names only what moved: it is laid over the state that is known.
 */
import type { DropState, QueueTick, StockTick } from '../../server/protocol/index.ts';

export interface Position {
  epoch: number;
  version: number;
}

/** Negative: `a` is older than `b`; 0: the same. */
export const comparePositions = (a: Position, b: Position): number =>
  a.epoch - b.epoch || a.version - b.version;

/** The state to show after `next` arrived. `serving` never falls, whatever a late answer says. */
export function freshest(known: DropState | null, next: DropState): DropState {
  if (!known || known.id !== next.id) return next;
  const newer = comparePositions(next, known) >= 0 ? next : known;
  const serving = Math.max(known.serving, next.serving);
  return serving === newer.serving ? newer : { ...newer, serving };
}

/** @returns the state after the tick, or null when the tick tells of something only a snapshot can show. */
export function applyQueueTick(known: DropState, tick: QueueTick): DropState | null {
  if (tick.dropId !== known.id || comparePositions(tick, known) < 0) return known;
  if (tick.phase !== known.phase) return null;
  return {
    ...known,
    epoch: tick.epoch,
    version: tick.version,
    serving: Math.max(known.serving, tick.serving),
    lastNumber: Math.max(known.lastNumber, tick.lastNumber),
  };
}

export function applyStockTick(known: DropState, tick: StockTick): DropState {
  if (tick.dropId !== known.id || comparePositions(tick, known) < 0) return known;
  return {
    ...known,
    epoch: tick.epoch,
    version: tick.version,
    tiers: known.tiers.map((tier) => {
      const counts = tick.tiers[tier.id];
      return counts ? { ...tier, available: counts[0], held: counts[1], sold: counts[2] } : tier;
    }),
  };
}
