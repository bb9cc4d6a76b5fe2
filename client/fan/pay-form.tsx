/** Paying for one hold: what it comes to and why, a code if there is one, how, and one button that names the sum. */
import type { HoldView, OrderView } from '../../server/protocol/index.ts';
import { CodeForm } from '../till/code-form.tsx';
import { dueOf, isPlain, orderOf, partsOfHold, partsOfOrder } from '../till/lines.ts';
import { PayBy } from '../till/pay-by.tsx';
import { PointsPart } from '../till/points-part.tsx';
import { PriceLines, useTerms } from '../till/price-lines.tsx';
import { Button, formatClockSeconds, formatMoney } from '../ui/index.ts';
import { shop } from './messages-shop.ts';
import { ProblemNote } from './problem-note.tsx';
import type { DropViewProps, Problem } from './view-props.ts';

export function PayForm(props: DropViewProps & { hold: HoldView; order: OrderView | null }) {
  const { hold } = props;
  const till = props.till();
  const order = orderOf(hold, props.order);
  const due = dueOf(hold, order);
  const chosen = till.chosen.value;
  const down = due > 0 && chosen !== null && till.pauseOf(chosen.way) !== null;
  const byCard = due > 0 && chosen?.way.provider !== 'cash_on_arrival';
  const cannot = !props.mayAct || down || (due > 0 && !chosen);
  return (
    <div class="stack">
      <Sum {...props} order={order} />
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!cannot && props.asking === null) props.act.pay(hold.id);
        }}
      >
        {due > 0 ? (
          <PayBy
            till={till}
            amountCents={due}
            currency={hold.currency}
            now={props.now}
            error={textAt(props.problem, 'card')}
            mayKeep
          />
        ) : null}
        <ProblemNote {...props} at="pay" />
        <Declined {...props} />
        <Button wide type="submit" busy={props.asking === 'pay'} disabled={cannot} describedBy="pay-note">
          {byCard ? shop.pay.pay(formatMoney(due, hold.currency)) : shop.pay.book}
        </Button>
        <p class="tiny muted center" id="pay-note">
          {noteOf(down, props.mayAct, byCard)}
        </p>
      </form>
    </div>
  );
}

/** What follows a press, or why there can be none. Of another card only where a card is asked for. */
function noteOf(down: boolean, mayAct: boolean, byCard: boolean): string {
  if (down) return shop.pay.down;
  if (!mayAct) return shop.pay.offline;
  return byCard ? shop.paying.fails : shop.pay.nothingNow;
}

const textAt = (problem: Problem | null, at: Problem['at']): string | null =>
  problem?.at === at ? problem.text : null;

/** What it comes to, taken apart as soon as there is more to it than the tickets; and the place for a code. */
function Sum(props: DropViewProps & { hold: HoldView; order: OrderView | null }) {
  const { hold, order } = props;
  const terms = useTerms(props.getTerms);
  const parts = order ? partsOfOrder(order) : partsOfHold(hold);
  return (
    <div class="stack-s">
      {isPlain(parts) ? null : <PriceLines parts={parts} terms={terms} />}
      <CodeForm
        applied={parts.code}
        busy={props.asking === 'code'}
        disabled={!props.mayAct}
        error={textAt(props.problem, 'code')}
        onCode={(code) => props.act.useCode(hold.id, code)}
      />
      <PointsPart
        till={props.till()}
        order={order}
        items={(order ?? hold).items}
        tiers={props.drop?.tiers ?? []}
        currency={hold.currency}
        now={props.now}
        busy={props.asking === 'points'}
        disabled={!props.mayAct}
        error={textAt(props.problem, 'points')}
        onPoints={(wish) => props.act.usePoints(hold.id, wish)}
      />
    </div>
  );
}

/** A declined card costs nothing but time: until when another one may be tried. */
function Declined(props: DropViewProps & { hold: HoldView }) {
  if (props.problem?.refusal?.code !== 'PAYMENT_DECLINED') return null;
  const zone = props.event?.venue.timeZone ?? 'UTC';
  return <p class="small muted num">{shop.pay.until(formatClockSeconds(props.hold.expiresAt, zone))}</p>;
}
