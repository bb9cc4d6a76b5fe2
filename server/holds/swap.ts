/**
 * Exchanging a hold for another (rules S60–S62): placed like any other, but the ledger ends the old one in the same
 * transaction. The gate takes the new seats while the old ones stay taken; those come back by the old hold's credit.
 */
import type { HoldSwap, HoldView, Result } from '../protocol/index.ts';
import type { Credits } from './credits.ts';
import type { Place } from './place.ts';

export function createSwap(deps: { place: Place; credits: Credits }) {
  return async function swap(userId: string, input: HoldSwap): Promise<Result<HoldView>> {
    const held = await deps.place(userId, input);
    if (held.ok) await deps.credits.relay(held.value.dropId);
    return held;
  };
}
