/** What came back of an event: how many tickets, how much, why, and how far each refund is. Operators decide, not vendors. */
import type { RefundCase, RefundStatus } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { More, type Paged } from '../../shell/paged.tsx';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { formatDateTime, formatMoney, Tag } from '../../ui/index.ts';
import { Loads, Part } from './part.tsx';

const { refunds: texts } = vendorMoneyTexts;
const TAGS: Record<RefundStatus, 'good' | 'warn' | 'bad' | 'plain'> = {
  requested: 'warn',
  rejected: 'plain',
  sending: 'warn',
  succeeded: 'good',
  failed: 'bad',
};

/** A vendor is not told the fan's address. */
export type EventRefund = Omit<RefundCase, 'userEmail'>;

export function RefundsCard({ event, refunds }: { event: EventView; refunds: Paged<EventRefund> }) {
  return (
    <Part title={texts.title}>
      <Loads loaded={refunds.loaded} onRetry={refunds.reload}>
        {({ items }) => {
          const waiting = items.filter(({ status }) => status === 'requested').length;
          return items.length === 0 ? (
            <p>{texts.empty}</p>
          ) : (
            <>
              {waiting > 0 ? <p>{texts.waiting(waiting)}</p> : null}
              <ul class="money-lines">
                {items.map((refund) => (
                  <li key={refund.id}>
                    <Refund refund={refund} zone={event.venue.timeZone} />
                  </li>
                ))}
              </ul>
            </>
          );
        }}
      </Loads>
      <More of={refunds} />
    </Part>
  );
}

function Refund({ refund, zone }: { refund: EventRefund; zone: string }) {
  const money = (minor: number): string => formatMoney(minor, refund.currency);
  const facts = [
    texts.causes[refund.cause] ?? refund.cause,
    refund.feeCents > 0 ? texts.kept(money(refund.feeCents)) : null,
    formatDateTime(refund.createdAt, zone),
  ].filter(Boolean);
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="num">{refund.amountCents > 0 ? money(refund.amountCents) : texts.noMoney}</b>
        <Tag kind={TAGS[refund.status]}>{texts.states[refund.status]}</Tag>
      </div>
      <p class="small num">{texts.line(refund.ticketIds.length, refund.orderReference)}</p>
      <p class="small muted num">{facts.join(' · ')}</p>
      {refund.reason ? <p class="small long">“{refund.reason}”</p> : null}
    </div>
  );
}
