/** Everything the drop page knows, as signals: the feed, the session, the event, my order and tickets, the line's pace. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { EventView, OrderView, TicketView } from '../../server/protocol/index.ts';
import type { DropFeed, Link } from '../connection/index.ts';
import type { SessionStatus } from '../session.ts';
import { remember, type ServingSample } from './eta.ts';
import { type Checkout, type Facts, isOpen, type NextAction, peopleAhead } from './screen.ts';

export interface OrderAnswer {
  order: OrderView;
  tickets?: TicketView[];
  nextAction?: NextAction;
}

export interface FactsEnv {
  serverNow(): number;
  after(ms: number, run: () => void): () => void;
  getEvent(eventId: string): Promise<EventView>;
  getOrder(orderId: string): Promise<OrderAnswer>;
  getTickets(): Promise<TicketView[]>;
  who: ReadonlySignal<SessionStatus>;
}

export interface DropFacts {
  facts: ReadonlySignal<Facts>;
  event: ReadonlySignal<EventView | null>;
  wantsMore: { value: boolean };
  shownNumber: { value: number | null };
  /** Takes an answer about an order, wherever it came from. */
  takeOrder(answer: OrderAnswer): void;
  /** The money for this order came too late and goes back: said until it was read. */
  takeReturned(orderId: string): void;
  forgetOrder(): void;
  stop(): void;
}

const ORDER_POLL_MS = 2_000;
const RETRY_MS = 4_000;
const LONGEST_PAUSE_MS = 15_000;

export function createDropFacts(feed: DropFeed, link: Link, env: FactsEnv): DropFacts {
  const event = signal<EventView | null>(null);
  const checkout = signal<Checkout | null>(null);
  const tickets = signal<readonly TicketView[] | null>(null);
  const returned = signal<string | null>(null);
  const wantsMore = signal(false);
  const shownNumber = signal<number | null>(null);
  const lowest = signal<{ number: number; ahead: number } | null>(null);
  const samples = signal<readonly ServingSample[]>([]);
  const stops: (() => void)[] = [];
  let stopped = false;

  function takeOrder(answer: OrderAnswer): void {
    const known = checkout.peek();
    // A pending order is not being paid yet, however long it has been there.
    const same = known?.order.id === answer.order.id && known.order.status !== 'pending';
    const since = same ? known.since : env.serverNow();
    batch(() => {
      checkout.value = { order: answer.order, nextAction: answer.nextAction ?? null, since };
      if (answer.tickets?.length) takeTickets([...(tickets.peek() ?? []), ...answer.tickets]);
    });
  }

  /** By id, newest word last; only those of this event that still let somebody in or did. */
  function takeTickets(next: readonly TicketView[]): void {
    const byId = new Map(next.map((ticket) => [ticket.id, ticket]));
    const eventId = feed.drop.peek()?.eventId;
    tickets.value = [...byId.values()].filter(
      (ticket) => ticket.eventId === eventId && (ticket.status === 'issued' || ticket.status === 'redeemed'),
    );
  }

  const orderId = computed(() => {
    const holds = feed.mine.value?.holds;
    const paying = holds?.find((hold) => hold.status === 'paying');
    if (paying?.orderId) return paying.orderId;
    const known = checkout.value?.order;
    if (known && isOpen(known, tickets.value)) return known.id;
    // Booked before a reload, or on another device: a code may be on it, and its sum is what will be paid.
    const booked = holds?.[0]?.orderId;
    return booked && booked !== known?.id ? booked : null;
  });

  /** Asks until it succeeds or is no longer wanted, ever more slowly: what takes long takes longer. */
  function keepAsking<T>(ask: () => Promise<T>, take: (answer: T) => boolean, everyMs: number): () => void {
    let over = false;
    let pauseMs = everyMs;
    let cancel: () => void = () => {};
    const run = async (): Promise<void> => {
      let done = false;
      try {
        const answer = await ask();
        done = over || take(answer);
      } catch {
        // Out of reach or refused for now: what is known stays on the page, and it is asked again.
        done = over;
      }
      if (!done && !over) cancel = env.after(pauseMs, () => void run());
      pauseMs = Math.min(pauseMs * 1.2, LONGEST_PAUSE_MS);
    };
    void run();
    return () => {
      over = true;
      cancel();
    };
  }

  stops.push(
    effect(() => {
      const id = feed.drop.value?.eventId;
      if (!id || event.peek()?.id === id) return;
      return keepAsking(
        () => env.getEvent(id),
        (answer) => {
          event.value = answer;
          return true;
        },
        RETRY_MS,
      );
    }),
    effect(() => {
      const id = orderId.value;
      if (!id || env.who.value !== 'known') return;
      return keepAsking(
        () => env.getOrder(id),
        (answer) => {
          takeOrder(answer);
          const over = !isOpen(answer.order, tickets.peek());
          if (over) void feed.readMine();
          return over;
        },
        ORDER_POLL_MS,
      );
    }),
    link.on('order:updated', (order) => {
      if (order.dropId !== feed.drop.peek()?.id) return;
      const known = checkout.peek();
      if (known?.order.id !== order.id) return;
      // A push does not name the step a bank waits for: while the order is being paid, it is the one we know.
      const owed = order.status === 'paying' ? known.nextAction : null;
      takeOrder(owed ? { order, nextAction: owed } : { order });
    }),
    effect(() => {
      const bought = feed.mine.value?.bought ?? 0;
      if (bought === 0 || env.who.value !== 'known') return;
      const complete = (): boolean => {
        const known = tickets.peek() ?? [];
        return (
          known.length >= bought &&
          known.every((ticket) => ticket.qr !== null || ticket.status === 'redeemed')
        );
      };
      if (complete()) return;
      return keepAsking(
        env.getTickets,
        (answer) => {
          takeTickets(answer);
          return complete();
        },
        ORDER_POLL_MS,
      );
    }),
    effect(() => {
      const drop = feed.drop.value;
      if (!drop) return;
      samples.value = remember(samples.peek(), { at: feed.dropAt.value, serving: drop.serving });
      const number = feed.mine.value?.place?.number;
      if (typeof number !== 'number') return;
      const known = lowest.peek();
      const ahead = peopleAhead(number, drop.serving, known?.number === number ? known.ahead : null);
      if (known?.number !== number || known.ahead !== ahead) lowest.value = { number, ahead };
    }),
    effect(() => {
      if (env.who.value === 'known') return;
      batch(() => {
        checkout.value = null;
        tickets.value = null;
      });
    }),
    () => {
      stopped = true;
    },
  );

  const facts = computed<Facts>(() => {
    const number = feed.mine.value?.place?.number;
    return {
      drop: feed.drop.value,
      missing: feed.missing.value,
      mine: env.who.value === 'known' ? feed.mine.value : null,
      who: env.who.value,
      checkout: checkout.value,
      returned: returned.value,
      tickets: tickets.value,
      shownNumber: shownNumber.value,
      lowestAhead: lowest.value && lowest.value.number === number ? lowest.value.ahead : null,
      samples: samples.value,
      wantsMore: wantsMore.value,
    };
  });

  return {
    facts,
    event,
    wantsMore,
    shownNumber,
    takeOrder: (answer) => {
      if (!stopped) takeOrder(answer);
    },
    takeReturned(orderId) {
      returned.value = orderId;
    },
    forgetOrder: () =>
      batch(() => {
        checkout.value = null;
        returned.value = null;
      }),
    stop: () => {
      for (const stop of stops) stop();
    },
  };
}
