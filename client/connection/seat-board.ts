/** The seats of one drop as a page knows them at one position, and what a delta or a newer whole does to them. Pure. */
import {
  applyRuns,
  decodeRuns,
  deltaFits,
  diffSeats,
  fromBase64,
  LEDGER_SEATS_VERSION,
  type SeatPosition,
} from '../../server/protocol/seat-states.ts';
import type { SeatsDelta } from '../../server/protocol/seating.ts';
import { comparePositions } from './freshest.ts';

export interface SeatBoard {
  mapId: string;
  position: SeatPosition;
  /** One byte a seat, a `SeatState`. Changed in place. */
  states: Uint8Array;
}

/** Seats whose state is another now; `all`: nothing of what was known says anything any more. */
export type SeatsChanged = readonly number[] | 'all';

/**
 * Lays a delta over the board. `gap`: the board is not what the delta was made from, all states have to be asked for;
 * `older`: the board is past it. @throws MalformedSeats with the board untouched
 */
export function layDelta(board: SeatBoard, delta: SeatsDelta): SeatsChanged | 'gap' | 'older' {
  const { position, states } = board;
  if (deltaFits(position, delta)) {
    const runs = decodeRuns(fromBase64(delta.runs), states.length);
    board.position = { epoch: delta.epoch, version: delta.version };
    return applyRuns(states, runs);
  }
  if (position.version >= LEDGER_SEATS_VERSION) return 'gap';
  const order = comparePositions(delta, position);
  if (order === 0) return [];
  return order < 0 && delta.from >= 0 ? 'older' : 'gap';
}

/** A board with these states: the known one, changed in place, where it is the same map. */
export function replaceBoard(
  board: SeatBoard | null,
  next: SeatBoard,
): { board: SeatBoard; changed: SeatsChanged } {
  if (board?.mapId !== next.mapId || board.states.length !== next.states.length)
    return { board: next, changed: 'all' };
  const changed = applyRuns(board.states, diffSeats(board.states, next.states));
  board.position = next.position;
  return { board, changed };
}

/** Whether an answer by HTTP was overtaken by what is known already. */
export const isOvertaken = (board: SeatBoard | null, next: SeatBoard): boolean =>
  board?.mapId === next.mapId &&
  board.position.version < LEDGER_SEATS_VERSION &&
  comparePositions(next.position, board.position) < 0;
