/**
 * Exchanging a hold for another (rules S60–S62): placed like any other, but the ledger ends the old one in the same
 * transaction. The gate takes the new seats while the old ones stay taken; those come back by the old hold's credit.
 */
import { type HoldSwap, type HoldView, type Result, refuse } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { Credits } from './credits.ts';
import type { Place } from './place.ts';
import { loadHold } from './view.ts';

export function createSwap(deps: { ledger: Ledger; place: Place; credits: Credits }) {
  return async function swap(userId: string, input: HoldSwap): Promise<Result<HoldView>> {
    // Somebody else's hold is told first of all (the order of refusals); what has become of one's own is the batch's to say.
    const old = await loadHold(deps.ledger.reads, input.holdId);
    if (old?.userId !== userId || old.view.dropId !== input.dropId.toLowerCase())
      return refuse('NOT_FOUND', { field: 'holdId' });
    const held = await deps.place(userId, input);
    if (held.ok) await deps.credits.relay(held.value.dropId);
    return held;
  };
}
