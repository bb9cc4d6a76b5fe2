/**
 * A place's life, as every transaction of this slice keeps it:
 *
 *   waiting ──call──▶ called ──claim──▶ turn ──done──▶ done
 *                      │  ▲               └──time───▶ expired
 *                    lapse│call (asked, slot free)
 *                      ▼  │
 *                      late        waiting, called, late ──leave──▶ left;  called, late ──the sale ends──▶ expired
 */
import type { DropState, PlaceState } from '../protocol/index.ts';

/** What the line asks of the gate (server/holds); all of it happens after the ledger committed. */
export interface LineGate {
  grantTurn(dropId: string, userId: string, expiresAtMs: number): Promise<void>;
  endTurn(dropId: string, userId: string): Promise<void>;
  publish(dropId: string): Promise<void>;
  read(dropId: string): Promise<DropState | null>;
  reopen(dropId: string, why: string): Promise<void>;
}

export const PLACE_EVENTS = ['call', 'lapse', 'ask', 'claim', 'time', 'leave', 'finish'] as const;
export type PlaceEvent = (typeof PLACE_EVENTS)[number];

type Row = Record<PlaceEvent, PlaceState | null>;
const ended: Row = { call: null, lapse: null, ask: null, claim: null, time: null, leave: null, finish: null };

/**
 * Where each event leads from each state; null: it changes nothing. `lapse`: a call's window closes; `ask`: a claim after
 * that; `time`: a turn's time is over; `finish`: the sale ends.
 */
export const PLACE_MOVES: Record<PlaceState, Row> = {
  waiting: { call: 'called', lapse: null, ask: null, claim: null, time: null, leave: 'left', finish: null },
  called: {
    call: null,
    lapse: 'late',
    ask: null,
    claim: 'turn',
    time: null,
    leave: 'left',
    finish: 'expired',
  },
  late: {
    call: 'called',
    lapse: null,
    ask: 'late',
    claim: null,
    time: null,
    leave: 'left',
    finish: 'expired',
  },
  turn: {
    call: null,
    lapse: null,
    ask: null,
    claim: null,
    time: 'expired',
    leave: 'done',
    finish: 'expired',
  },
  done: ended,
  expired: ended,
  left: ended,
};

/** Whether the fan may join again with a new place. */
export const isEnded = (state: PlaceState): boolean => PLACE_MOVES[state] === ended;
