/** My tickets: the next event first, a code to show at the door, sharp on paper, there without a network. */
import { useEffect, useState } from 'preact/hooks';
import type { RefundView } from '../../server/protocol/money.ts';
import type { TicketView } from '../../server/protocol/views.ts';
import { ApiError, type RequestOptions } from '../api.ts';
import { api, session } from '../session.ts';
import { type AsOf, AsOfNotice, asOfIn } from '../shell/as-of.tsx';
import { useEvery, useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { wholeList } from '../shell/whole-list.ts';
import { asOfTexts } from '../texts/as-of.ts';
import { giveBackTexts } from '../texts/give-back.ts';
import { ticketTexts as texts } from '../texts/tickets.ts';
import { serverNow } from '../time.ts';
import { Button, Fold, formatAge, Notice } from '../ui/index.ts';
import { AddPicture } from './add-picture.tsx';
import { mayAsk, refundOfTicket } from './give-back.ts';
import { GiveBack, type Giving } from './give-back.tsx';
import { groupTickets, type TicketGroup, wasThere } from './group.ts';
import { keepTickets, keptTickets } from './kept.ts';
import { startOfflineTickets } from './offline.ts';
import { Ticket } from './ticket.tsx';
import './tickets.css';

interface Answer {
  tickets: TicketView[];
  /** When they are what this device kept: since when, epoch milliseconds. */
  keptAtMs: number | null;
  /** When the server’s are, where it cannot ask its database. */
  asOfMs: AsOf;
}

async function ask(userId: string, signal: AbortSignal): Promise<Answer> {
  try {
    let asOfMs: AsOf = null;
    const onHeaders = (headers: Headers): void => {
      asOfMs ??= asOfIn(headers);
    };
    const request = <T,>(method: string, path: string, options?: RequestOptions) =>
      api.request<T>(method, path, { ...options, onHeaders });
    const items = await wholeList<TicketView>(request, '/me/tickets', signal);
    await keepTickets({ userId, keptAtMs: asOfMs ?? serverNow(), tickets: items });
    return { tickets: items, keptAtMs: null, asOfMs };
  } catch (error) {
    const away = error instanceof ApiError && (error.code === 'OFFLINE' || error.status >= 500);
    const kept = away ? await keptTickets(userId) : null;
    if (!kept) throw error;
    return { tickets: kept.tickets, keptAtMs: kept.keptAtMs, asOfMs: null };
  }
}

/** While a code is still to come (or the network), look again this often. */
const AGAIN_MS = 5_000;

export default function Tickets() {
  useTitle(texts.tickets);
  const userId = session.value.user?.id ?? '';
  const { loaded, reload } = useLoad(`tickets ${userId}`, (signal) => ask(userId, signal));
  const { loaded: given, reload: reloadGiven } = useLoad(`refunds ${userId}`, (signal) =>
    wholeList<RefundView>(api.request, '/me/refunds', signal),
  );
  const again = (): void => {
    reload();
    reloadGiven();
  };
  useEffect(() => void startOfflineTickets(), []);
  const waiting =
    loaded.data?.keptAtMs !== null ||
    loaded.data.tickets.some((ticket) => !ticket.qr && ticket.status === 'issued');
  useEvery(waiting ? AGAIN_MS : 60_000, again);

  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const { tickets, keptAtMs, asOfMs } = loaded.data;
  if (tickets.length === 0)
    return (
      <div class="page">
        <Sentence
          title={texts.emptyTitle}
          text={texts.emptyText}
          actions={<Button href="/">{texts.toEvents}</Button>}
        />
      </div>
    );
  return (
    <TicketsPage
      tickets={tickets}
      keptAtMs={keptAtMs}
      asOfMs={asOfMs}
      refunds={given.data ?? []}
      onGiven={again}
    />
  );
}

interface Given {
  refunds: readonly RefundView[];
  onGiven: () => void;
}

function TicketsPage({ tickets, keptAtMs, asOfMs, ...given }: Answer & Given) {
  const groups = groupTickets(tickets, serverNow());
  const current = groups.filter((group) => !group.past);
  const past = groups.filter((group) => group.past);
  return (
    <div class="page tickets-page">
      <div class="page-head no-print">
        <div>
          <h1>{texts.tickets}</h1>
          <p>
            {texts.ticketsSub(tickets.length)} {texts.offlineSub}
          </p>
        </div>
        <Button kind="quiet" small onClick={() => window.print()}>
          {texts.print}
        </Button>
      </div>
      <div class="no-print tickets-kept">
        <AsOfNotice at={asOfMs} text={asOfTexts.tickets} />
      </div>
      {keptAtMs === null ? null : (
        <div class="no-print tickets-kept">
          <Notice kind="turn" title={texts.keptTitle}>
            {texts.kept(formatAge(serverNow() - keptAtMs))} {giveBackTexts.offline}
          </Notice>
        </div>
      )}
      <div class="ticket-list">
        {current.map((group) => (
          <Group group={group} online={keptAtMs === null} {...given} key={group.eventId} />
        ))}
      </div>
      <p class="no-print small">
        <a href="/my/pictures">{texts.pictures}</a>
      </p>
      {past.length > 0 ? (
        <div class="no-print tickets-past">
          <Fold summary={texts.past}>
            <div class="ticket-list">
              {past.map((group) => (
                <Group group={group} online={keptAtMs === null} {...given} key={group.eventId} />
              ))}
            </div>
          </Fold>
        </div>
      ) : null}
    </div>
  );
}

function Group({ group, online, refunds, onGiven }: Given & { group: TicketGroup; online: boolean }) {
  const [large, setLarge] = useState<string | null>(null);
  const [giving, setGiving] = useState<Giving | null>(null);
  const ask = (ticket: TicketView): void =>
    setGiving({
      first: ticket.id,
      tickets: group.tickets.filter(
        (other) => other.orderId === ticket.orderId && mayAsk(other, serverNow()),
      ),
    });
  return (
    <section class="ticket-group" aria-label={group.title}>
      {group.tickets.map((ticket, index) => (
        <Ticket
          key={ticket.id}
          ticket={ticket}
          index={index + 1}
          count={group.tickets.length}
          large={large === ticket.id}
          onLarge={(show) => setLarge(show ? ticket.id : null)}
          refund={refundOfTicket(refunds, ticket.id)}
          giveBack={
            online && mayAsk(ticket, serverNow()) ? (
              <Button kind="quiet" small onClick={() => ask(ticket)}>
                {giveBackTexts.button}
              </Button>
            ) : null
          }
        />
      ))}
      {online && wasThere(group, serverNow()) ? (
        <AddPicture eventId={group.eventId} title={group.title} />
      ) : null}
      <GiveBack giving={giving} onClose={() => setGiving(null)} onDone={onGiven} />
    </section>
  );
}
