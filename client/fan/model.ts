/** The drop page's model: what is known, the clock and the connection, joined into the view's props. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { DropState, EventView, MineView, TicketView } from '../../server/protocol/index.ts';
import type { TermsView } from '../../server/protocol/money.ts';
import { ApiError } from '../api.ts';
import { createDropFeed, type DropFeed, type Link, pageLink, random, uuid } from '../connection/index.ts';
import { api, session } from '../session.ts';
import type { Till } from '../till/till.ts';
import { learnServerTime, monotonicMs, second, serverNow } from '../time.ts';
import { createActions } from './actions.ts';
import { allowNotifications, allowSound, mayNotify } from './attention.ts';
import { createDropFacts, type DropFacts, type OrderAnswer } from './facts.ts';
import { freshnessOf } from './freshness.ts';
import { EMPTY, type Kept, readKept, writeKept } from './kept.ts';
import { closeSeats, loadSeats } from './lazy-seats.tsx';
import { loadShop, shopNow } from './lazy-shop.tsx';
import { allOdds, type OddsMemory } from './odds.ts';
import { peopleAhead, screenOf } from './screen.ts';
import type { Actions, Asking, DropViewProps, Problem } from './view-props.ts';

export interface Model {
  props: ReadonlySignal<DropViewProps>;
  problem: Signal<Problem | null>;
  stop(): void;
}

interface Parts {
  link: Link;
  feed: DropFeed;
  known: DropFacts;
  kept: Signal<Kept>;
  asking: Signal<Asking | null>;
  problem: Signal<Problem | null>;
  alerts: Signal<DropViewProps['alerts']>;
  notes: Signal<DropViewProps['notes']>;
  till: DropViewProps['till'];
  getTerms: DropViewProps['getTerms'];
  openSeats: DropViewProps['openSeats'];
  act: Actions;
}

const after = (ms: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

/** Same browser, other tab: what one does, the other looks up. */
function neighbours(dropId: string): { tell(): void; on(listener: () => void): () => void } {
  const channel =
    typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(`holdfast.drop.${dropId}`);
  return {
    tell: () => channel?.postMessage('look'),
    on(listener) {
      const seen = (): void => {
        if (!document.hidden) listener();
      };
      channel?.addEventListener('message', listener);
      document.addEventListener('visibilitychange', seen);
      return () => {
        channel?.removeEventListener('message', listener);
        document.removeEventListener('visibilitychange', seen);
        channel?.close();
      };
    },
  };
}

/** Every answer that carries the server's time sets the page's clock by it. */
async function timed<T extends { serverTime: string }>(ask: () => Promise<T>): Promise<T> {
  const started = monotonicMs();
  const answer = await ask();
  learnServerTime(Date.parse(answer.serverTime), monotonicMs() - started);
  return answer;
}

export function createModel(dropId: string): Model {
  const link = pageLink();
  const others = neighbours(dropId);
  const who = computed(() => session.value.status);
  const path = encodeURIComponent(dropId);
  const feed = createDropFeed(
    dropId,
    link,
    {
      serverNow,
      random,
      after,
      getDrop: () => timed(() => api.request<DropState>('GET', `/drops/${path}`, { authenticate: false })),
      getMine: () => timed(() => api.request<MineView>('GET', `/drops/${path}/mine`)),
      isHidden: () => document.hidden,
      onReturn: others.on,
      isNotFound: (error) => error instanceof ApiError && (error.status === 404 || error.field === 'dropId'),
    },
    who,
  );
  const known = createDropFacts(feed, link, {
    serverNow,
    after,
    getEvent: (id) => api.request<EventView>('GET', `/events/${id}`, { authenticate: false }),
    getOrder: (id) => api.request<OrderAnswer>('GET', `/orders/${id}`),
    getTickets: async () => (await api.request<{ items: TicketView[] }>('GET', '/me/tickets')).items,
    who,
  });
  const userId = computed(() => session.value.user?.id ?? '');
  const kept = signal<Kept>(EMPTY);
  const asking = signal<Asking | null>(null);
  const problem = signal<Problem | null>(null);
  const alerts = signal<DropViewProps['alerts']>(mayNotify() ? 'notify' : 'no');
  const notes = signal<DropViewProps['notes']>({});
  const eventPath = (): string => `/events/${feed.drop.peek()?.eventId}`;
  let opened: Till | null = null;
  const till = (): Till => {
    opened ??= shopNow().openTill(eventPath(), notes, () => {
      problem.value = null;
    });
    return opened;
  };
  const stops = [
    link.on('service:status', (status) => {
      notes.value = status.details ?? {};
    }),
    // Allowed at some time: whether this account is told here by now is another question.
    effect(() => {
      if (userId.value && mayNotify())
        import('../push/here.ts')
          .then(({ toldHere }) => toldHere())
          .then(
            (told) => {
              if (!told) alerts.value = 'no';
            },
            // Not to be had just now: the open page calls all the same.
            () => null,
          );
    }),
    // What this tab kept belongs to whoever is logged in.
    effect(() => {
      kept.value = readKept(sessionStorage, dropId, userId.value);
    }),
    effect(() => {
      writeKept(sessionStorage, dropId, userId.peek(), kept.value);
      known.shownNumber.value = kept.value.shownNumber;
    }),
  ];
  const act = createActions({
    dropId,
    link,
    feed,
    known,
    request: api.request,
    uuid,
    kept,
    asking,
    problem,
    till,
    tellOthers: others.tell,
    notifyMe() {
      allowSound();
      alerts.value = 'ring';
      void allowNotifications().then((how) => {
        alerts.value = how;
        // By the system also when no page is open; without it this page still rings.
        if (how === 'notify')
          loadShop()
            .then((shop) => shop.tellHere())
            .catch(() => how);
      });
    },
  });
  const parts: Parts = {
    link,
    feed,
    known,
    kept,
    asking,
    problem,
    alerts,
    notes,
    till,
    getTerms: () => api.request<TermsView>('GET', `${eventPath()}/terms`, { authenticate: false }),
    openSeats: (again) => loadSeats().then((seats) => seats.houseOf(feed.drop.peek()?.eventId ?? '', again)),
    act,
  };
  return {
    problem,
    props: viewProps(parts),
    stop() {
      for (const stop of stops) stop();
      closeSeats();
      known.stop();
      feed.stop();
    },
  };
}

/** The view's props, recomputed when a fact changes and once a second. */
function viewProps(parts: Parts): ReadonlySignal<DropViewProps> {
  let memory: OddsMemory = { said: {} };
  return computed(() => {
    const now = second.value;
    const facts = parts.known.facts.value;
    const { drop } = facts;
    const place = facts.mine?.place;
    const inLine = place?.state === 'waiting' || place?.state === 'called' || place?.state === 'late';
    const number = inLine ? place.number : null;
    const next =
      drop && number !== null
        ? allOdds(drop, peopleAhead(number, drop.serving, facts.lowestAhead), now, memory)
        : { odds: [], memory };
    memory = next.memory;
    const link = parts.link.facts.value;
    const live = Math.max(now, parts.feed.dropAt.value);
    return {
      screen: screenOf(facts, live),
      drop,
      event: parts.known.event.value,
      freshness: freshnessOf(link, parts.feed.dropAt.value, live, monotonicMs()),
      odds: next.odds,
      now: live,
      confirmedAt: parts.feed.dropAt.value,
      mayAct: link.mayAct,
      notes: parts.notes.value,
      asking: parts.asking.value,
      problem: parts.problem.value,
      draft: parts.kept.value.draft,
      picks: parts.kept.value.picks,
      wishes: parts.kept.value.wishes,
      openSeats: parts.openSeats,
      till: parts.till,
      getTerms: parts.getTerms,
      alerts: parts.alerts.value,
      codeOf: (ticket) => `/tickets/${ticket.id}/qr?format=svg`,
      act: parts.act,
    };
  });
}
