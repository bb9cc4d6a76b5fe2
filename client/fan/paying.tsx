/** Between pressing "pay" and the tickets: never a dead spinner, always what we wait for and what happens if it fails. */
import { PausedNote } from '../services/paused-note.tsx';
import { serviceTexts } from '../texts/services.ts';
import { heldAt } from '../till/lines.ts';
import { Button, formatAge, Money } from '../ui/index.ts';
import { Hero } from './hero.tsx';
import { HeldItems } from './hold.tsx';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import { ProblemNote } from './problem-note.tsx';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

type Of<Name extends Screen['name']> = DropViewProps & { screen: Extract<Screen, { name: Name }> };

export function Paying(props: Of<'paying'>) {
  const { screen, drop } = props;
  const steps: [string, 'done' | 'now' | 'next'][] = screen.committed
    ? [
        [shop.paying.steps.held, 'done'],
        [shop.paying.steps.bank, 'done'],
        [shop.paying.steps.tickets, 'done'],
        [shop.paying.steps.money, 'now'],
      ]
    : [
        [shop.paying.steps.held, 'done'],
        [shop.paying.steps.bank, 'now'],
        [shop.paying.steps.tickets, 'next'],
        [shop.paying.steps.money, 'next'],
      ];
  const slow = screen.sinceMs === null ? shop.paying.slowPlain : shop.paying.slow(formatAge(screen.sinceMs));
  return (
    <>
      <Hero
        title={screen.committed ? say.paying.committed : say.paying.title}
        text={screen.slow ? slow : shop.paying.waits}
      />
      <PausedNote note={props.notes.pay} now={props.now} kept={serviceTexts.paying} />
      <div class="card">
        <ol class="progress">
          {steps.map(([text, state]) => (
            <li key={text} class={state} aria-current={state === 'now' ? 'step' : undefined}>
              {text}
            </li>
          ))}
        </ol>
      </div>
      {screen.hold ? (
        <div class="card flat">
          <HeldItems
            hold={heldAt(screen.hold, screen.order)}
            nameOf={(id) => drop?.tiers.find((tier) => tier.id === id)?.name ?? ''}
          />
        </div>
      ) : null}
      <p class="muted small">{screen.slow && !screen.committed ? shop.paying.again : shop.paying.fails}</p>
    </>
  );
}

export function Step(props: Of<'step'>) {
  const { order, action } = props.screen;
  const stripe = action.type === 'stripe';
  return (
    <>
      <Hero title={say.step.title} text={stripe ? shop.step.textStripe : shop.step.text} />
      <div class="card stack">
        <div class="row">
          <span>{order.eventTitle}</span>
          <b class="total-sum">
            <Money minor={order.totalCents} currency={order.currency} />
          </b>
        </div>
        <ProblemNote {...props} at="pay" />
        {stripe ? (
          <Button
            wide
            kind="signal"
            busy={props.asking !== null}
            onClick={() => props.act.confirmStep(order.id, true)}
          >
            {shop.step.stripe}
          </Button>
        ) : action.url && /^https:/.test(action.url) ? (
          <Button wide kind="signal" href={action.url}>
            {shop.step.open}
          </Button>
        ) : (
          <>
            <Button
              wide
              kind="signal"
              busy={props.asking === 'approve'}
              onClick={() => props.act.confirmStep(order.id, true)}
            >
              {shop.step.approve}
            </Button>
            <Button
              wide
              kind="quiet"
              busy={props.asking === 'refuse'}
              onClick={() => props.act.confirmStep(order.id, false)}
            >
              {shop.step.refuse}
            </Button>
          </>
        )}
      </div>
      <p class="muted small">{shop.paying.fails}</p>
    </>
  );
}
