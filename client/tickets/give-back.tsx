/** Giving tickets of one order back: what comes back is asked first, said in words, and only then done. */
import { useRef, useState } from 'preact/hooks';
import type { RefundQuote, RefundView } from '../../server/protocol/money.ts';
import type { TicketView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { giveBackTexts as texts } from '../texts/give-back.ts';
import { seatNames } from '../texts/seat-names.ts';
import { Button, Dialog, formatDateTime, formatMoney, formatNumber, Money, Notice } from '../ui/index.ts';
import { type Sum, saysOf, sumOf, whyNot } from './give-back.ts';

export interface Giving {
  /** All of one order that may be given back; the one it was asked for is chosen already. */
  tickets: readonly TicketView[];
  first: string;
}

interface Props {
  onClose: () => void;
  /** Tickets have gone back, or will. */
  onDone: () => void;
}

/** Stands outside its tickets: what became of one is read here after the ticket itself can no longer be given back. */
export function GiveBack({ giving, ...props }: Props & { giving: Giving | null }) {
  return (
    <Dialog open={giving !== null} title={texts.title} onClose={props.onClose}>
      {giving ? <Asked {...giving} {...props} /> : null}
    </Dialog>
  );
}

function Asked(props: Giving & Props) {
  const { tickets } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set([props.first]));
  const [given, setGiven] = useState<readonly RefundView[] | null>(null);
  const { loaded, reload } = useLoad(`give back ${tickets.map(({ id }) => id).join()}`, (signal) =>
    Promise.all(
      tickets.map(({ id }) => api.request<RefundQuote>('GET', `/tickets/${id}/refund`, { signal })),
    ),
  );
  if (loaded.state === 'loading')
    return (
      <p class="muted" role="status">
        {texts.loading}
      </p>
    );
  if (!loaded.data)
    return (
      <Notice kind="bad">
        {texts.failed}{' '}
        <Button kind="link" small onClick={reload}>
          {texts.again}
        </Button>
      </Notice>
    );
  if (given)
    return (
      <div class="stack" role="status">
        {given.map((refund) => (
          <p key={refund.id}>{texts.doneText(saysOf(refund).text)}</p>
        ))}
        <Button onClick={props.onClose}>{texts.close}</Button>
      </div>
    );
  const sum = sumOf(loaded.data, chosen);
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  return (
    <>
      <fieldset class="give-back">
        <legend class="small strong">{texts.choose}</legend>
        {loaded.data.map((quote, index) => (
          <Quoted
            quote={quote}
            ticket={tickets[index] as TicketView}
            checked={quote.possible && chosen.has(quote.ticketId)}
            onToggle={() => toggle(quote.ticketId)}
            key={quote.ticketId}
          />
        ))}
      </fieldset>
      {sum ? (
        <Comes sum={sum} zone={tickets[0]?.timeZone ?? 'UTC'} />
      ) : (
        <p class="small muted">{texts.none}</p>
      )}
      <Do
        sum={sum}
        onClose={props.onClose}
        onGiven={(refunds) => {
          setGiven(refunds);
          props.onDone();
        }}
      />
    </>
  );
}

function Quoted(props: { quote: RefundQuote; ticket: TicketView; checked: boolean; onToggle: () => void }) {
  const { quote, ticket } = props;
  return (
    <label class="give-back-line">
      <input type="checkbox" checked={props.checked} disabled={!quote.possible} onChange={props.onToggle} />
      <span class="grow">
        {ticket.seat ? `${ticket.tierName}, ${seatNames.full(ticket.seat)}` : ticket.tierName}
        {quote.possible ? null : <span class="tiny muted block">{whyNot(quote)}</span>}
      </span>
      {quote.possible ? <Money minor={quote.amountCents} currency={quote.currency} class="strong" /> : null}
    </label>
  );
}

/** What it comes to, in words. */
function Comes({ sum, zone }: { sum: Sum; zone: string }) {
  return (
    <div class="stack-s" aria-live="polite">
      {sum.unpaid ? (
        <p>{texts.unpaid}</p>
      ) : (
        <dl class="facts">
          <div class="row">
            <dt>{texts.comesBack}</dt>
            <dd class="strong">
              <Money minor={sum.amountCents} currency={sum.currency} />
            </dd>
          </div>
          {sum.feeCents > 0 ? (
            <div class="row">
              <dt>{texts.fee}</dt>
              <dd>
                <Money minor={sum.feeCents} currency={sum.currency} />
              </dd>
            </div>
          ) : null}
        </dl>
      )}
      {sum.points > 0 ? <p class="num">{texts.points(formatNumber(sum.points))}</p> : null}
      <p class="small muted">
        {sum.needsApproval ? texts.approval : texts.at_once}{' '}
        {sum.until ? texts.until(formatDateTime(sum.until, zone)) : ''}
      </p>
    </div>
  );
}

function Do(props: {
  sum: Sum | null;
  onClose: () => void;
  onGiven: (refunds: readonly RefundView[]) => void;
}) {
  const { sum } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  // The same tickets again are the same request, until it was answered for good.
  const key = useRef({ tickets: '', id: '' });
  const give = async (): Promise<void> => {
    if (!sum || busy) return;
    const wanted = sum.ticketIds.join();
    if (key.current.tickets !== wanted) key.current = { tickets: wanted, id: crypto.randomUUID() };
    setBusy(true);
    setProblem(null);
    try {
      const { refunds } = await api.request<{ refunds: RefundView[] }>('POST', '/tickets/refund', {
        body: { ticketIds: sum.ticketIds },
        headers: { 'idempotency-key': key.current.id },
      });
      props.onGiven(refunds);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.code === 'OFFLINE' ? texts.offline : error.message);
    } finally {
      setBusy(false);
    }
  };
  const count = sum?.ticketIds.length ?? 0;
  const label = !sum
    ? texts.button
    : sum.unpaid
      ? texts.cancel(count)
      : sum.needsApproval
        ? texts.ask(count)
        : texts.confirm(count, formatMoney(sum.amountCents, sum.currency));
  return (
    <>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button small onClick={props.onClose} autoFocus>
          {texts.keep}
        </Button>
        <Button kind="danger" small busy={busy} disabled={!sum} onClick={() => void give()}>
          {label}
        </Button>
      </div>
    </>
  );
}
