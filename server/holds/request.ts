/** What a fan asks to hold, brought into one canonical form before the gate sees it (rules H2, H3). */
import { hash } from 'node:crypto';
import { type HoldItem, ok, type Result, refuse } from '../protocol/index.ts';

/** One line of a hold: a tier and how many of it (units). Lines are merged per tier and sorted by tier id. */
export interface Line {
  tierId: string;
  quantity: number;
}

export interface HoldRequest {
  dropId: string;
  requestId: string;
  lines: Line[];
  /** First 132 bits of the SHA-256 of the canonical body, base64: what a request id is bound to. */
  bodyHash: string;
}

/** Merges duplicate tiers and fixes the order, so that the same wish always has the same hash. */
export function canonical(input: {
  dropId: string;
  requestId: string;
  items: readonly HoldItem[];
}): Result<HoldRequest> {
  const byTier = new Map<string, number>();
  for (const [index, item] of input.items.entries()) {
    if (!('quantity' in item))
      return refuse('NOT_AVAILABLE', { field: `items/${index}` }, 'Reserved seats are not on sale here yet.');
    const tierId = item.tierId.toLowerCase();
    byTier.set(tierId, (byTier.get(tierId) ?? 0) + item.quantity);
  }
  const lines = [...byTier].map(([tierId, quantity]) => ({ tierId, quantity }));
  lines.sort((a, b) => (a.tierId < b.tierId ? -1 : 1));
  const dropId = input.dropId.toLowerCase();
  const text = `${dropId}|${lines.map((line) => `${line.tierId}:${line.quantity}`).join(',')}`;
  return ok({
    dropId,
    requestId: input.requestId.toLowerCase(),
    lines,
    bodyHash: hash('sha256', text, 'base64url'),
  });
}
