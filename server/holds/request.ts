/** What a fan asks to hold, brought into one canonical form before the gate sees it (rules H2, H3, S66). */
import { hash } from 'node:crypto';
import { type HoldItem, ok, type Result, refuse, seatOfId, type Together } from '../protocol/index.ts';

/** One line of a hold: a tier, how many of it (units), and which seats where it has some. Sorted by tier id. */
export interface Line {
  tierId: string;
  quantity: number;
  /** Sorted; as many as `quantity`. */
  seats?: number[];
}

/** What is asked of seats. The gate turns it into lines (choose.lua). */
export interface SeatWish {
  /** What the ids of the picked seats begin with; empty when none was picked. */
  prefix: string;
  /** Number of the channel it is asked through; 0: none. */
  channel: number;
  accessible: boolean;
  picks: { tierId: string; seats: number[] }[];
  bests: { n: number; tierId: string; section: string; together: Together }[];
}

export const seatsWanted = ({ picks, bests }: SeatWish): number =>
  picks.reduce((sum, pick) => sum + pick.seats.length, 0) + bests.reduce((sum, best) => sum + best.n, 0);

export interface HoldRequest {
  dropId: string;
  requestId: string;
  /** Tiers without seats; with them once the gate has chosen. */
  lines: Line[];
  wish: SeatWish | null;
  /** The hold to be exchanged, or null. */
  replaces: string | null;
  /** First 132 bits of the SHA-256 of the canonical body, base64: what a request id is bound to. */
  bodyHash: string;
}

export interface HoldInput {
  dropId: string;
  requestId: string;
  items: readonly HoldItem[];
  accessible?: boolean;
  channel?: string;
  /** The hold to be exchanged. */
  holdId?: string;
}

const byTier = <T extends { tierId: string }>(a: T, b: T): number => (a.tierId < b.tierId ? -1 : 1);

/** The seats that were picked by hand; a problem is named with its field. */
function picksOf(items: readonly HoldItem[]): Result<{ prefix: string; picks: SeatWish['picks'] }> {
  const picks = new Map<string, number[]>();
  const seen = new Set<number>();
  let prefix = '';
  for (const [index, item] of items.entries()) {
    if (!('seatIds' in item)) continue;
    const tierId = item.tierId.toLowerCase();
    for (const [at, id] of item.seatIds.entries()) {
      const field = `items/${index}/seatIds/${at}`;
      const found = seatOfId(id);
      if (!found || (prefix !== '' && found.prefix !== prefix)) return refuse('NOT_FOUND', { field });
      if (seen.has(found.seat)) return refuse('INVALID_REQUEST', { field }, 'A seat is named twice.');
      prefix = found.prefix;
      seen.add(found.seat);
      picks.set(tierId, [...(picks.get(tierId) ?? []), found.seat]);
    }
  }
  const sorted = [...picks].map(([tierId, seats]) => ({ tierId, seats: seats.sort((a, b) => a - b) }));
  return ok({ prefix, picks: sorted.sort(byTier) });
}

function quantitiesOf(items: readonly HoldItem[]): Line[] {
  const sums = new Map<string, number>();
  for (const item of items) {
    if (!('quantity' in item)) continue;
    const tierId = item.tierId.toLowerCase();
    sums.set(tierId, (sums.get(tierId) ?? 0) + item.quantity);
  }
  return [...sums].map(([tierId, quantity]) => ({ tierId, quantity })).sort(byTier);
}

const bestsOf = (items: readonly HoldItem[]): SeatWish['bests'] =>
  items.flatMap((item) =>
    'bestAvailable' in item
      ? [
          {
            n: item.bestAvailable,
            tierId: item.tierId?.toLowerCase() ?? '',
            section: item.section ?? '',
            together: item.together ?? ('rows' as const),
          },
        ]
      : [],
  );

/** Merges duplicate tiers and fixes the order, so that the same wish always has the same hash. `channel`: its number. */
export function canonical(input: HoldInput, channel = 0): Result<HoldRequest> {
  const picked = picksOf(input.items);
  if (!picked.ok) return picked;
  // Half a surrogate pair is no text to the gate's JSON: one such wish would end the call for all who share it.
  const odd = input.items.findIndex((item) => 'section' in item && item.section?.isWellFormed() === false);
  if (odd >= 0) return refuse('NOT_FOUND', { field: `items/${odd}/section` });
  const { prefix, picks } = picked.value;
  const lines = quantitiesOf(input.items);
  const bests = bestsOf(input.items);
  const seated = picks.length + bests.length > 0;
  const accessible = input.accessible ?? false;
  const dropId = input.dropId.toLowerCase();
  const replaces = input.holdId?.toLowerCase() ?? null;
  const parts = [dropId, lines.map((line) => `${line.tierId}:${line.quantity}`).join(',')];
  if (seated) parts.push(JSON.stringify([prefix, channel, accessible, picks, bests]));
  if (replaces) parts.push(replaces);
  return ok({
    dropId,
    requestId: input.requestId.toLowerCase(),
    lines,
    wish: seated ? { prefix, channel, accessible, picks, bests } : null,
    replaces,
    bodyHash: hash('sha256', parts.join('|'), 'base64url'),
  });
}
