/** What the drop page is drawn from, and what it may ask for. Components read this and nothing else. */
import type { DropState, EventView, TicketView } from '../../server/protocol/index.ts';
import type { PointsWish } from '../../server/protocol/loyalty.ts';
import type { ServiceNote, TermsView } from '../../server/protocol/money.ts';
import type { Pick, SeatRequest, SeatWishes } from '../seats/choosing.ts';
import type { SeatHouse } from '../seats/house.ts';
import type { Till } from '../till/till.ts';
import type { Quantities } from './edit-plan.ts';
import type { Freshness } from './freshness.ts';
import type { TierOdds } from './odds.ts';
import type { Told } from './refusals.ts';
import type { Screen } from './screen.ts';

/** What is being asked of the server right now; one thing at a time. */
export type Asking =
  | 'join'
  | 'claim'
  | 'leave'
  | 'finish'
  | 'hold'
  | 'release'
  | 'extend'
  | 'change'
  | 'pay'
  | 'code'
  | 'points'
  | 'approve'
  | 'refuse';

/** Something the fan should read: said in the place it belongs to. */
export interface Problem {
  at: 'line' | 'board' | 'hold' | 'pay' | 'card' | 'code' | 'points';
  kind: 'bad' | 'turn' | 'plain';
  text: string;
  /** What was refused, for those who can say more of it: seats are pointed at, alternatives offered. */
  refusal?: Told;
}

export interface Actions {
  join(): void;
  claim(): void;
  leave(): void;
  finish(): void;
  seeLine(): void;
  setDraft(draft: Quantities): void;
  setPicks(picks: readonly Pick[]): void;
  setSeatWishes(wishes: SeatWishes): void;
  hold(): void;
  /** Holds seats, or exchanges a hold for others. */
  holdSeats(request: SeatRequest): void;
  release(holdId: string): void;
  extend(holdId: string): void;
  change(holdId: string, wanted: Quantities): void;
  pay(holdId: string): void;
  /** Puts a promo code on what is held; null: takes it off. */
  useCode(holdId: string, code: string | null): void;
  /** Puts points on what is held; null: takes them off. */
  usePoints(holdId: string, wish: PointsWish | null): void;
  confirmStep(orderId: string, approved: boolean): void;
  getMore(): void;
  /** Read that a payment came back: on with the line. */
  goOn(): void;
  notifyMe(): void;
  tryNow(): void;
}

export interface DropViewProps {
  screen: Screen;
  drop: DropState | null;
  event: EventView | null;
  freshness: Freshness;
  odds: readonly TierOdds[];
  /** Server time in ms. */
  now: number;
  confirmedAt: number;
  /** False: what needs the connection is disabled and says so. */
  mayAct: boolean;
  /** How the services stand, by name: what is paused, why, and until when. */
  notes: Readonly<Record<string, ServiceNote>>;
  asking: Asking | null;
  problem: Problem | null;
  draft: Quantities;
  /** Seats picked and not held yet. */
  picks: readonly Pick[];
  wishes: SeatWishes;
  /** The event's seats, fetched once a page; null where it has none. `again`: what failed is tried anew. */
  openSeats(again?: boolean): Promise<SeatHouse | null>;
  /** The sale's till: there as soon as the code is that draws it. */
  till(): Till;
  /** Fees, taxes and when tickets come back. */
  getTerms(): Promise<TermsView>;
  /** Will be told: `no` not asked yet, `ring` while the page is open, `notify` by the system too. */
  alerts: 'no' | 'ring' | 'notify';
  /** Address of the ticket's QR code as a picture. */
  codeOf(ticket: TicketView): string;
  act: Actions;
}
