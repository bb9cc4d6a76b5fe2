/** Payments that fans' banks took back, or may. They are answered at the provider; here one sees where they stand. */
import type { DisputeView } from '../../../server/protocol/money.ts';
import { More, type Paged } from '../../shell/paged.tsx';
import { operatorMoneyTexts } from '../../texts/operator-money.ts';
import { formatDateTime, formatMoney, ownZone, Tag } from '../../ui/index.ts';
import { Loads, Part } from '../../vendor/money/part.tsx';

const { disputes: texts } = operatorMoneyTexts;
const TAGS = { open: 'bad', won: 'good', lost: 'plain' } as const;

export function Disputes({ disputes }: { disputes: Paged<DisputeView> }) {
  return (
    <Part title={texts.title}>
      <Loads loaded={disputes.loaded} onRetry={disputes.reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{texts.empty}</p>
          ) : (
            <>
              <p class="small muted">{texts.hint}</p>
              <ul class="money-lines">
                {items.map((dispute) => (
                  <li key={dispute.id}>
                    <Dispute dispute={dispute} />
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Loads>
      <More of={disputes} />
    </Part>
  );
}

function Dispute({ dispute }: { dispute: DisputeView }) {
  const when = (at: string): string => formatDateTime(at, ownZone());
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="num">{formatMoney(dispute.amountCents, dispute.currency)}</b>
        <Tag kind={TAGS[dispute.status]}>{texts.states[dispute.status]}</Tag>
      </div>
      <p class="small num long">
        {texts.line(dispute.userEmail, when(dispute.openedAt))}
        {dispute.closedAt ? `, ${texts.closed(when(dispute.closedAt))}` : null}
      </p>
      {dispute.reason ? <p class="small muted long">{texts.reason(dispute.reason)}</p> : null}
    </div>
  );
}
