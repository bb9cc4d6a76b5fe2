/** Money on its way back, as ledger and provider have it: refunds one by one, and chargebacks. Pure. */
import type { BookedDispute, RefundOutcome } from '../payments/index.ts';
import { aboutPayment } from './difference.ts';
import type { Books, Item, ItemPayment } from './item.ts';
import { type Difference, money } from './kinds.ts';

/** Each refund with what its provider said of it; null: it was not asked. */
export type Heard = ReadonlyMap<string, RefundOutcome> | null;

/** What the provider gave back (null: it does not say how much in all) against what the ledger says it did. */
export function refundsDiffer(
  item: Item,
  p: ItemPayment,
  refundedCents: number | null,
  heard: Heard,
): Difference[] {
  const say = aboutPayment(item, p);
  const sum = (of: typeof p.refunds) => of.reduce((cents, r) => cents + r.amountCents, 0);
  const done = p.refunds.filter(
    (r) => r.status === 'succeeded' && r.amountCents > 0 && r.cause !== 'dispute',
  );
  if (heard === null) {
    if (refundedCents === null || refundedCents === sum(done)) return [];
    // Provisional: which of them it is, only asking for each can tell.
    return [say('REFUND_AMOUNT_DIFFERS', Math.abs(refundedCents - sum(done)), 'refunds differ.')];
  }
  const found: Difference[] = [];
  let known = 0;
  for (const r of p.refunds) {
    const outcome = heard.get(r.id);
    const there = outcome?.state === 'succeeded' || outcome?.state === 'pending';
    const cents = outcome?.amountCents ?? r.amountCents;
    if (there) known += cents;
    // Whatever it is here: only a refund of the amount that was asked for is the one that was asked for.
    if (there && cents !== r.amountCents)
      found.push(
        say(
          'REFUND_AMOUNT_DIFFERS',
          Math.abs(cents - r.amountCents),
          `a refund is ${money(r.amountCents, p.currency)} here and ${money(cents, p.currency)} at the provider.`,
          { refundId: r.id },
        ),
      );
    else if (outcome?.state === 'succeeded' && (r.status === 'sending' || r.status === 'failed'))
      found.push(
        say(
          'REFUND_MADE',
          r.amountCents,
          `a refund of ${money(r.amountCents, p.currency)} is ${r.status} here, and made at the provider.`,
          { refundId: r.id },
        ),
      );
    else if (!there && done.includes(r))
      found.push(
        say(
          'REFUND_NOT_AT_PROVIDER',
          r.amountCents,
          `a refund of ${money(r.amountCents, p.currency)} is done here; the provider says ${outcome?.state === 'failed' ? 'it failed' : 'there is none'}.`,
          { refundId: r.id },
        ),
      );
  }
  const excess = (refundedCents ?? known) - known;
  if (refundedCents !== null && excess > 0)
    found.push(
      say(
        'REFUND_UNKNOWN_TO_LEDGER',
        excess,
        `the provider gave ${money(refundedCents, p.currency)} back, of which ${money(excess, p.currency)} are in no refund here.`,
      ),
    );
  return found;
}

/** Chargebacks there that nobody told of here, or whose end was not told; null: there may be some. */
export function untold(p: ItemPayment, { booked, disputes }: Books): BookedDispute[] | null {
  const status = new Map(p.disputes.map((dispute) => [dispute.ref, dispute.status]));
  if (disputes)
    return disputes.filter(({ ref, status: there }) => {
      const here = status.get(ref);
      return here === undefined || (here === 'open' && there !== 'open');
    });
  const settled = p.disputes.length > 0 && p.disputes.every((dispute) => dispute.status !== 'open');
  return booked?.disputed && !settled ? null : [];
}

export function disputesDiffer(item: Item, p: ItemPayment, books: Books): Difference[] {
  const unheard = untold(p, books);
  if (unheard?.length === 0) return [];
  const cents = unheard?.reduce((sum, dispute) => sum + dispute.amountCents, 0) ?? p.capturedCents;
  const how = (unheard ?? []).map(({ ref, status }) => `${ref} is ${status}`).join(', ');
  return [
    aboutPayment(item, p)(
      'DISPUTE_UNTOLD',
      cents,
      `a bank asked for ${money(cents, p.currency)} back: ${how}.`,
    ),
  ];
}
