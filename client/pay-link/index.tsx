/** `/p/:token`: one order, paid by whoever has its link. Shown at the box office as a QR code; nobody needs an account. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { WayToPay } from '../../server/protocol/money.ts';
import type { OrderView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { type ServiceNotes, useServices } from '../services/status.ts';
import { api } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { payLinkTexts as texts } from '../texts/pay-link.ts';
import { seatNames } from '../texts/seat-names.ts';
import { isPlain, partsOfOrder } from '../till/lines.ts';
import { PayBy } from '../till/pay-by.tsx';
import { PriceLines } from '../till/price-lines.tsx';
import { stripeDoor } from '../till/stripe.ts';
import { createTill, type Till } from '../till/till.ts';
import { second, watchSecond } from '../time.ts';
import { Art, Button, formatClockSeconds, formatMoney, Money, Notice, ownZone, Timer } from '../ui/index.ts';
import { unitAllIn } from '../ui/prices.ts';
import { SeatLines } from '../ui/seat.tsx';
import { type Step, standingOf } from './standing.ts';
import './pay-link.css';

interface Shown {
  order: OrderView;
  ways: WayToPay[];
}
interface Answer {
  order: OrderView;
  nextAction?: Step;
}

const LOOK_MS = 3_000;
const CALM_MS = 20_000;

export default function PayLink({ token }: { token: string }) {
  useTitle(texts.title);
  useEffect(watchSecond, []);
  const path = `/pay/${encodeURIComponent(token)}`;
  const { loaded, reload } = useLoad(path, (abort) =>
    api.request<Shown>('GET', path, { signal: abort, authenticate: false }),
  );
  const open = loaded.data && ['pending', 'paying'].includes(loaded.data.order.status);
  useEvery(open ? LOOK_MS : CALM_MS, reload);
  const gone = loaded.error && ['ORDER_EXPIRED', 'ORDER_CLOSED', 'NOT_FOUND'].includes(loaded.error.code);
  if (loaded.state === 'loading') return <PageLoading />;
  if (gone) return <Over />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error as ApiError} onRetry={reload} />
      </div>
    );
  return <Desk {...loaded.data} path={path} onChange={reload} />;
}

const Over = () => (
  <div class="page">
    <Sentence title={texts.overTitle} text={texts.overText} />
  </div>
);

/** One till for as long as the page stands; it follows what the services say. */
function useTill(ways: readonly WayToPay[], changed: () => void): Till {
  const services = useServices();
  const notes = useMemo(() => signal<ServiceNotes>({}), []);
  useEffect(() => {
    notes.value = services;
  }, [services, notes]);
  const latest = useRef({ ways, changed });
  latest.current = { ways, changed };
  return useMemo(
    () =>
      createTill({
        getWays: async () => [...latest.current.ways],
        getCards: async () => [],
        stripe: stripeDoor,
        returnUrl: () => window.location.href,
        changed: () => latest.current.changed(),
        notes,
      }),
    [notes],
  );
}

/** Pays, and takes the step a bank asks for. The same press again is the same request, until it was answered for good. */
function usePaying(path: string, till: Till, onChange: () => void) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ at: 'card' | 'pay'; text: string } | null>(null);
  const [answered, setAnswered] = useState<Answer | null>(null);
  const kept = useRef({ means: '', key: '' });

  async function send(order: OrderView): Promise<void> {
    const means = await till.method(order.totalCents);
    if (!means.ok) return setProblem({ at: 'card', text: means.text });
    if (kept.current.means !== means.name) kept.current = { means: means.name, key: crypto.randomUUID() };
    const answer = await api.request<Answer>('POST', path, {
      authenticate: false,
      body: { method: means.body, amountCents: order.totalCents, currency: order.currency },
      headers: { 'idempotency-key': kept.current.key },
    });
    settle();
    setAnswered(answer);
    if (answer.nextAction) await step(answer.nextAction);
  }

  /** Asked here; what the bank then says the server looks up by itself. */
  async function step(action: Step): Promise<void> {
    const said = await till.step(action.publishableKey ?? '', action.clientSecret ?? '');
    if (!said.ok) setProblem({ at: 'pay', text: said.text });
  }

  function settle(): void {
    kept.current = { means: '', key: '' };
    till.answered();
  }

  const run = (work: () => Promise<void>): void => {
    if (busy) return;
    setBusy(true);
    setProblem(null);
    work()
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        const unknown = error.code === 'OFFLINE' || error.details.unknown === true;
        if (!unknown) settle();
        const changed = error.code === 'AMOUNT_MISMATCH' ? texts.changed : error.message;
        setProblem({
          at: error.code === 'INVALID_REQUEST' ? 'card' : 'pay',
          text: unknown ? texts.unknown : changed,
        });
      })
      .finally(() => {
        setBusy(false);
        onChange();
      });
  };
  return {
    busy,
    problem,
    answered,
    forget: () => setProblem(null),
    pay: (order: OrderView) => run(() => send(order)),
    takeStep: (action: Step) => run(() => step(action)),
  };
}

function Desk(props: Shown & { path: string; onChange: () => void }) {
  const forget = useRef<() => void>(() => {});
  const till = useTill(props.ways, () => forget.current());
  const paying = usePaying(props.path, till, props.onChange);
  forget.current = paying.forget;
  const { order } = props;
  const step = paying.answered?.nextAction ?? null;
  switch (standingOf(order, step, second.value)) {
    case 'over':
      return <Over />;
    case 'paid':
      return <Said title={texts.doneTitle} text={texts.doneText} order={order} />;
    case 'confirmed':
      return <Said title={texts.cashTitle} text={texts.cashText} order={order} />;
    case 'paying':
      return <Said title={texts.payingTitle} text={texts.payingText} order={order} />;
    case 'step':
      return (
        <Said title={texts.stepTitle} text={texts.stepText} order={order}>
          {paying.problem ? <Notice kind="bad">{paying.problem.text}</Notice> : null}
          <Button wide kind="signal" busy={paying.busy} onClick={() => step && paying.takeStep(step)}>
            {texts.stepGo}
          </Button>
        </Said>
      );
    case 'pay':
      return <Form order={order} till={till} paying={paying} />;
  }
}

function Said(props: { title: string; text: string; order: OrderView; children?: ComponentChildren }) {
  return (
    <div class="page pay-link">
      <div class="hero" role="status">
        <h1>{props.title}</h1>
        <p class="muted">{props.text}</p>
      </div>
      {props.children}
      <What order={props.order} />
    </div>
  );
}

function Form(props: { order: OrderView; till: Till; paying: ReturnType<typeof usePaying> }) {
  const { order, till, paying } = props;
  const chosen = till.chosen.value;
  const cannot =
    order.totalCents > 0 && (chosen === null || (chosen !== null && till.pauseOf(chosen.way) !== null));
  const byCard = order.totalCents > 0 && chosen?.way.provider !== 'cash_on_arrival';
  const { problem } = paying;
  return (
    <div class="page pay-link">
      <h1>{texts.heading(order.eventTitle)}</h1>
      {order.expiresAt ? (
        <p>
          {texts.held} <Timer ms={Date.parse(order.expiresAt) - second.value} size="inline" />,{' '}
          <span class="num">{texts.until(formatClockSeconds(order.expiresAt, ownZone()))}</span>
        </p>
      ) : null}
      <What order={order} />
      <form
        class="card stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!cannot) paying.pay(order);
        }}
      >
        {order.totalCents > 0 ? (
          <PayBy
            till={till}
            amountCents={order.totalCents}
            currency={order.currency}
            now={second.value}
            error={problem?.at === 'card' ? problem.text : null}
            mayKeep={false}
          />
        ) : null}
        {problem?.at === 'pay' ? <Notice kind="bad">{problem.text}</Notice> : null}
        <Button wide type="submit" busy={paying.busy} disabled={cannot} describedBy="pay-note">
          {byCard ? texts.pay(formatMoney(order.totalCents, order.currency)) : texts.book}
        </Button>
        <p class="tiny muted center" id="pay-note">
          {byCard ? texts.fails : texts.nothingNow}
        </p>
      </form>
    </div>
  );
}

/** What is paid for. */
function What({ order }: { order: OrderView }) {
  const parts = partsOfOrder(order);
  return (
    <section class="card stack-s">
      <div class="pay-link-head">
        <Art id={order.eventId} />
        <div>
          <b>{order.eventTitle}</b>
          <p class="small muted num">{texts.reference(order.reference)}</p>
        </div>
      </div>
      {order.items.map((item) => (
        <div class="row" key={item.tierId}>
          <span>
            {texts.item(item.quantity, item.tierName ?? texts.tier)}
            <SeatLines seats={item.seats} words={seatNames} />
          </span>
          <Money minor={item.quantity * unitAllIn(item)} currency={item.currency} />
        </div>
      ))}
      {isPlain(parts) ? (
        <div class="row strong">
          <span>{texts.total}</span>
          <Money minor={order.totalCents} currency={order.currency} />
        </div>
      ) : (
        <PriceLines parts={parts} terms={null} />
      )}
    </section>
  );
}
