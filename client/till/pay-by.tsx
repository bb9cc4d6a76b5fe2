/** The ways to pay and what each of them wants: a card number, Stripe's form, or nothing but a word. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { PausedNote } from '../services/paused-note.tsx';
import { tillTexts as texts } from '../texts/till.ts';
import { Field } from '../ui/field.tsx';
import { Button, Notice, Tag } from '../ui/index.ts';
import { TestCards } from './test-cards.tsx';
import type { Till } from './till.ts';
import { type Choice, groupCard, keepsCards } from './ways.ts';
import './till.css';

export interface PayByProps {
  till: Till;
  /** What is to be paid. */
  amountCents: number;
  currency: string;
  /** Server time in ms, for countdowns. */
  now: number;
  /** What is wrong with what was written, beside it. */
  error: string | null;
  /** Whether cards can be kept: only for whoever has an account here. */
  mayKeep: boolean;
}

export function PayBy(props: PayByProps) {
  const { till } = props;
  useEffect(() => till.load(), [till]);
  useEffect(() => till.setDue(props.amountCents, props.currency), [till, props.amountCents, props.currency]);
  const choices = till.choices.value;
  const chosen = till.chosen.value;
  if (till.failed.value)
    return (
      <Notice kind="turn">
        {texts.failed}
        <Button kind="link" small onClick={till.load}>
          {texts.again}
        </Button>
      </Notice>
    );
  if (!choices)
    return (
      <p class="small muted" role="status">
        {texts.loading}
      </p>
    );
  if (choices.length === 0) return <Notice kind="turn">{texts.none}</Notice>;
  const paused = choices.map(({ way }) => till.pauseOf(way)).find((note) => note !== null) ?? null;
  const cash = choices.some(({ way }) => way.provider === 'cash_on_arrival');
  return (
    <>
      {paused ? (
        <PausedNote note={paused} now={props.now} kept={cash ? texts.pausedCash : texts.pausedText} />
      ) : null}
      <fieldset class="stack-s">
        <legend class="card-title strong">{texts.method}</legend>
        <div class="methods">
          {choices.map((choice) => (
            <Way
              choice={choice}
              key={choice.key}
              paused={till.pauseOf(choice.way) !== null}
              checked={choice.key === chosen?.key}
              onPick={() => till.pick(choice.key)}
            />
          ))}
        </div>
      </fieldset>
      {chosen ? <Wants {...props} choice={chosen} key={chosen.key} /> : null}
    </>
  );
}

function Way(props: { choice: Choice; paused: boolean; checked: boolean; onPick: () => void }) {
  const { way, saved } = props.choice;
  const name = saved ? texts.saved(saved.brand, saved.last4) : way.label;
  const more = saved
    ? texts.expires(saved.expMonth, saved.expYear)
    : way.brands
      ? texts.brands(way.brands)
      : null;
  return (
    <label class="method">
      <input
        type="radio"
        name="method"
        value={props.choice.key}
        checked={props.checked}
        onChange={props.onPick}
      />
      <span class="grow">
        {name}
        {more ? <span class="tiny muted block">{more}</span> : null}
      </span>
      {props.paused ? <Tag kind="warn">{texts.pausedTag}</Tag> : null}
    </label>
  );
}

function Wants(props: PayByProps & { choice: Choice }): ComponentChildren {
  const { till, choice } = props;
  switch (choice.way.provider) {
    case 'test':
      return (
        <>
          <Field
            label={texts.number}
            name="cardnumber"
            type="text"
            inputMode="numeric"
            autocomplete="cc-number"
            spellcheck={false}
            maxLength={23}
            placeholder="4242 4242 4242 4242"
            hint={texts.numberHint}
            error={props.error}
            value={groupCard(till.card.value)}
            onValue={till.setCard}
          />
          <TestCards onUse={till.setCard} />
        </>
      );
    case 'cash_on_arrival':
      return <p class="muted small">{texts.cashText}</p>;
    case 'stripe':
      return choice.saved ? <Wrong text={props.error} /> : <StripeBox {...props} />;
  }
}

const Wrong = (props: { text: string | null }) =>
  props.text ? <Notice kind="bad">{props.text}</Notice> : null;

/** Stripe's form in its own frame. Out of reach, it says so, and the other ways stand above. */
function StripeBox(props: PayByProps & { choice: Choice }) {
  const { till, choice } = props;
  const box = useRef<HTMLDivElement>(null);
  const leave = useRef<() => void>(() => {});
  const open = (): void => {
    leave.current();
    if (box.current) leave.current = till.mount(box.current, choice.way, props.amountCents, props.currency);
  };
  useEffect(() => {
    open();
    return () => leave.current();
  }, [choice.key]);
  const state = till.form.value;
  return (
    <div class="stack-s">
      {state === 'loading' ? (
        <p class="small muted" role="status">
          {texts.stripe.loading}
        </p>
      ) : null}
      {state === 'failed' ? (
        <Notice kind="bad">
          {texts.stripe.failed} {texts.stripe.others}{' '}
          <Button kind="link" small onClick={open}>
            {texts.again}
          </Button>
        </Notice>
      ) : null}
      <fieldset class="stripe-box" aria-label={texts.stripe.label} hidden={state === 'failed'}>
        <div ref={box} />
      </fieldset>
      <Wrong text={props.error} />
      {props.mayKeep && keepsCards(choice.way) && state === 'ready' ? (
        <label class="method keep">
          <input
            type="checkbox"
            checked={till.keep.value}
            onChange={(event) => till.setKeep(event.currentTarget.checked)}
          />
          <span>
            {texts.keep}
            <span class="tiny muted block">{texts.keepHint}</span>
          </span>
        </label>
      ) : null}
    </div>
  );
}
