/** Paying for one hold: how, with what, and one button that names the sum. */
import type { HoldView } from '../../server/protocol/index.ts';
import { Button, Field, formatMoney } from '../ui/index.ts';
import { shop } from './messages-shop.ts';
import { ProblemNote } from './problem-note.tsx';
import type { DropViewProps, PayMethod } from './view-props.ts';

/** 4242424242424242 → 4242 4242 4242 4242 */
export const groupCard = (card: string): string =>
  card
    .replace(/\D/g, '')
    .slice(0, 19)
    .replace(/(.{4})(?=.)/g, '$1 ');

export function PayForm(props: DropViewProps & { hold: HoldView }) {
  const { hold, method } = props;
  const total = formatMoney(hold.totalCents, hold.currency);
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (props.mayAct && !props.payDown && props.asking === null) props.act.pay(hold.id);
      }}
    >
      <fieldset class="stack-s">
        <legend class="card-title strong">{shop.pay.method}</legend>
        <div class="methods">
          <Method {...props} value="card" label={shop.pay.card} />
          <Method {...props} value="cash" label={shop.pay.cash} />
        </div>
      </fieldset>
      {method === 'card' ? (
        <>
          <Field
            label={shop.pay.number}
            name="cardnumber"
            type="text"
            inputMode="numeric"
            autocomplete="cc-number"
            spellcheck={false}
            maxLength={23}
            placeholder="4242 4242 4242 4242"
            hint={shop.pay.numberHint}
            error={props.problem?.at === 'card' ? props.problem.text : null}
            value={groupCard(props.card)}
            onValue={(value) => props.act.setCard(value.replace(/\D/g, ''))}
          />
          <TestCards {...props} />
        </>
      ) : (
        <p class="muted small">{shop.pay.cashText}</p>
      )}
      <ProblemNote {...props} at="pay" />
      <Button
        wide
        type="submit"
        busy={props.asking === 'pay'}
        disabled={!props.mayAct || props.payDown}
        describedBy="pay-note"
      >
        {method === 'card' ? shop.pay.pay(total) : shop.pay.book}
      </Button>
      <p class="tiny muted center" id="pay-note">
        {props.payDown ? shop.pay.down : props.mayAct ? shop.paying.fails : shop.pay.offline}
      </p>
    </form>
  );
}

function Method(props: DropViewProps & { value: PayMethod; label: string }) {
  return (
    <label class="method">
      <input
        type="radio"
        name="method"
        value={props.value}
        checked={props.method === props.value}
        onChange={() => props.act.setMethod(props.value)}
      />
      <span>{props.label}</span>
    </label>
  );
}

function TestCards(props: DropViewProps) {
  return (
    <details class="fold test-cards">
      <summary>
        <span>
          {shop.pay.testTitle} <span class="tag warn">demo</span>
        </span>
      </summary>
      <p class="small muted">{shop.pay.testText}</p>
      <ul class="tiers">
        {shop.pay.cards.map(([card, what]) => (
          <li class="tier row" key={card}>
            <span>
              <code>{groupCard(card)}</code>
              <br />
              <span class="small muted">{what}</span>
            </span>
            <Button
              kind="quiet"
              small
              label={`${shop.pay.use}: ${what}`}
              onClick={() => props.act.setCard(card)}
            >
              {shop.pay.use}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
