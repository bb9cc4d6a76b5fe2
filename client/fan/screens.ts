/** What screens the drop page has, and the facts they are drawn from. */
import type { DropState, HoldView, MineView, OrderView, TicketView } from '../../server/protocol/index.ts';
import type { Eta, ServingSample } from './eta.ts';

export interface NextAction {
  type: string;
  url?: string;
  /** Stripe's: what its script is handed to ask the bank's question. */
  clientSecret?: string;
  publishableKey?: string;
}

/** What became of this page's (or another device's) payment, as far as is known. */
export interface Checkout {
  order: OrderView;
  nextAction: NextAction | null;
  /** Since when it is being paid, in server ms. */
  since: number;
}

export interface Facts {
  drop: DropState | null;
  missing: boolean;
  mine: MineView | null;
  who: 'unknown' | 'anonymous' | 'known' | 'unreachable';
  checkout: Checkout | null;
  /** The order whose money came too late, as a refusal told. */
  returned: string | null;
  /** My tickets of this event; null: not read yet. */
  tickets: readonly TicketView[] | null;
  /** The number this device has already shown with due ceremony. */
  shownNumber: number | null;
  /** Fewest people ahead this page has shown. */
  lowestAhead: number | null;
  samples: readonly ServingSample[];
  /** With tickets in hand and a turn still running, the fan went back to the board. */
  wantsMore: boolean;
}

export interface HeldNow {
  hold: HoldView;
  leftMs: number;
}

export interface Turn {
  /** Null: a sale without a line has no turn that could end. */
  leftMs: number | null;
  allowance: number;
}

export type Screen =
  | { name: 'loading' }
  | { name: 'missing' }
  | { name: 'scheduled'; opensInMs: number; lobbyInMs: number | null }
  | { name: 'doors'; opensInMs: number; here: number; anonymous: boolean }
  | { name: 'lobby'; opensInMs: number; here: number; receipt: string; joinedAt: string }
  | { name: 'drawing'; joined: boolean; here: number }
  | { name: 'number'; number: number; last: number; ahead: number; receipt: string }
  | { name: 'waiting'; number: number; last: number; ahead: number; eta: Eta; receipt: string }
  | { name: 'late'; number: number | null }
  | { name: 'called'; number: number | null; leftMs: number }
  | { name: 'open'; lineLength: number; anonymous: boolean }
  | ({ name: 'turn'; anonymous: boolean; soldOut: boolean } & Turn)
  | ({ name: 'hold'; holds: HeldNow[]; soonestMs: number } & { turn: Turn | null; order: OrderView | null })
  | {
      name: 'paying';
      order: OrderView | null;
      hold: HoldView | null;
      sinceMs: number | null;
      slow: boolean;
      committed: boolean;
    }
  | { name: 'step'; order: OrderView; action: NextAction }
  | { name: 'returned'; order: OrderView }
  | {
      name: 'tickets';
      tickets: readonly TicketView[] | null;
      bought: number;
      order: OrderView | null;
      turn: Turn | null;
    }
  | {
      name: 'paused';
      reason: string | null;
      sinceMs: number;
      number: number | null;
      ahead: number | null;
      joined: boolean;
    }
  | { name: 'sold_out'; number: number | null; ahead: number | null; inCarts: number }
  | { name: 'missed'; canJoin: boolean }
  | { name: 'left'; canJoin: boolean }
  | { name: 'done'; canJoin: boolean }
  | { name: 'ended'; joined: boolean }
  | { name: 'canceled' };
export type ScreenName = Screen['name'];

/** A payment that takes longer than this gets a longer explanation. */
export const SLOW_PAYMENT_MS = 6_000;

/** The drop's own time: it stands still while the drop is paused. */
export const dropTime = (drop: DropState, now: number): number =>
  drop.pausedAt ? Math.min(now, Date.parse(drop.pausedAt)) : now;

export const leftOf = (iso: string, at: number): number => Math.max(0, Date.parse(iso) - at);

/** Numbers before mine that were not called yet. Never more than was shown before. */
export function peopleAhead(number: number, serving: number, lowest: number | null): number {
  const ahead = Math.max(0, number - serving - 1);
  return lowest === null ? ahead : Math.min(lowest, ahead);
}
