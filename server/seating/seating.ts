/** What a vendor does with an event's seats, made once from the stores. */
import type { Logger } from '../kernel/index.ts';
import { ok, type Result, refuse, type SeatDetail, type SeatingView } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { changeRules } from './change-rules.ts';
import { type Channels, createChannels } from './channels.ts';
import { type Move, moveTicket } from './move.ts';
import type { SeatingBody, SeatRules } from './plan-body.ts';
import { putPlan } from './put-plan.ts';
import { readPlan } from './read-plan.ts';
import { readSeat } from './seat-detail.ts';

export interface SeatingDeps {
  ledger: Ledger;
  log: Logger;
  /** The gate's, which seating does not know: rebuilds a drop from the ledger, */
  reopen(dropId: string, why: string): Promise<void>;
  /** brings up to date whom it keeps seats for, */
  syncKept(dropId: string): Promise<void>;
  /** learns what the ledger freed or sold, */
  settle(dropId: string): Promise<unknown>;
  /** and shows its figures to every edge. */
  publish(dropId: string): Promise<void>;
}

export interface Seating {
  /** Refuses NOT_FOUND: no such event for this viewer, or one without seats. */
  read(eventId: string, viewer: Account | null): Promise<Result<SeatingView>>;
  put(editor: Account, eventId: string, body: SeatingBody): Promise<Result<SeatingView>>;
  changeRules(editor: Account, eventId: string, rules: SeatRules): Promise<Result<SeatingView>>;
  seat(editor: Account, eventId: string, seatId: string): Promise<Result<SeatDetail>>;
  move(actor: Account, move: Move): Promise<Result<SeatDetail>>;
  readonly channels: Channels;
}

export function createSeating(deps: SeatingDeps): Seating {
  const { ledger } = deps;
  return {
    async read(eventId, viewer) {
      const view = await readPlan(ledger.reads, eventId, viewer);
      return view ? ok(view) : refuse('NOT_FOUND');
    },
    put: (editor, eventId, body) => putPlan(deps, editor, eventId, body),
    changeRules: (editor, eventId, rules) => changeRules(deps, editor, eventId, rules),
    seat: (editor, eventId, seatId) => readSeat(ledger.reads, editor, eventId, seatId),
    move: (actor, move) => moveTicket(deps, actor, move),
    channels: createChannels(deps),
  };
}
