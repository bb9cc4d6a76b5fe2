/** Points at the till: what one has, what they would take off, and off again by one press. Nothing at all for who has none. */
import { useEffect, useState } from 'preact/hooks';
import type { PointsWish } from '../../server/protocol/loyalty.ts';
import type { HoldItemView, OrderView, TierView } from '../../server/protocol/views.ts';
import { pointTexts } from '../texts/points.ts';
import { Field } from '../ui/field.tsx';
import { Button, formatMoney, formatNumber } from '../ui/index.ts';
import { mostFor, type Offer, offersFor, readPoints } from './points.ts';
import type { Till } from './till.ts';
import './till.css';

const { till: texts } = pointTexts;
const words = (points: number): string => pointTexts.many(formatNumber(points), points);

export interface PointsProps {
  till: Till;
  order: OrderView | null;
  items: readonly HoldItemView[];
  tiers: readonly TierView[];
  currency: string;
  now: number;
  busy: boolean;
  disabled: boolean;
  error: string | null;
  /** Null: takes them off. */
  onPoints: (wish: PointsWish | null) => void;
}

export function PointsPart(props: PointsProps) {
  const { till, order } = props;
  useEffect(() => till.loadPoints(), [till]);
  const balance = till.points.value;
  if (order?.pointsUsed) return <Applied {...props} order={order} />;
  if (!balance || mostFor(props.items, balance) === 0) return null;
  return <Choose {...props} balance={balance} key={order?.id} />;
}

function Applied(props: PointsProps & { order: OrderView }) {
  const { pointsUsed = 0, pointsKind } = props.order;
  return (
    <div class="stack-s">
      <div class="row code-applied">
        <span>
          <span class="tag good num">{texts.applied(words(pointsUsed))}</span>{' '}
          <span class="small muted">{pointsKind ? texts.kinds[pointsKind] : null}</span>
        </span>
        <Button
          kind="link"
          small
          busy={props.busy}
          disabled={props.disabled}
          label={texts.removeLabel}
          onClick={() => props.onPoints(null)}
        >
          {texts.remove}
        </Button>
      </div>
      {props.error ? (
        <p class="small" role="alert">
          {props.error}
        </p>
      ) : null}
    </div>
  );
}

function Choose(props: PointsProps & { balance: number }) {
  const { balance, items, currency } = props;
  const [written, setWritten] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);
  const most = mostFor(items, balance);
  const offers = offersFor(items, props.tiers, balance, props.now);
  const points = readPoints(written);
  const idle = !props.busy && !props.disabled;
  return (
    <details class="fold points-fold" open={props.error !== null || undefined}>
      <summary>{texts.summary(formatNumber(balance), formatMoney(balance, currency))}</summary>
      <div class="stack-s">
        <form
          class="code-line"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            const said = points === null ? texts.whole : points > most ? texts.most(words(most)) : null;
            setWrong(said);
            if (points !== null && said === null && idle) props.onPoints({ use: points });
          }}
        >
          <Field
            label={texts.label}
            name="points"
            inputMode="numeric"
            autocomplete="off"
            maxLength={12}
            placeholder={formatNumber(most)}
            hint={texts.hint(formatMoney(Math.min(points ?? most, most), currency))}
            error={wrong ?? props.error}
            value={written}
            onValue={(value) => {
              setWritten(value);
              setWrong(null);
            }}
          />
          <Button type="submit" kind="quiet" busy={props.busy} disabled={props.disabled}>
            {texts.apply}
          </Button>
        </form>
        <Button kind="link" small disabled={!idle} onClick={() => props.onPoints({ use: most })}>
          {texts.all(words(most))}
        </Button>
        {offers.length > 0 ? <Offers {...props} offers={offers} idle={idle} /> : null}
      </div>
    </details>
  );
}

const titleOf = (offer: Offer): string =>
  offer.from === null ? texts.free(offer.tickets, offer.tier) : texts.upgrade(offer.tier, offer.from);

function Offers(props: Pick<PointsProps, 'onPoints'> & { offers: readonly Offer[]; idle: boolean }) {
  return (
    <div class="points-offers">
      <p class="eyebrow">{texts.offers}</p>
      <ul>
        {props.offers.map((offer) => (
          <li class="row" key={JSON.stringify(offer.wish)}>
            <span class="small">
              {titleOf(offer)}
              <span class="tiny muted num">{words(offer.points)}</span>
            </span>
            <Button
              kind="quiet"
              small
              disabled={!props.idle}
              label={texts.useLabel(words(offer.points), titleOf(offer))}
              onClick={() => props.onPoints(offer.wish)}
            >
              {texts.use}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
