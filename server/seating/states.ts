/**
 * What everybody may see of a drop's seats: read from the gate, or from the ledger while the gate is away, and made
 * ready to be sent. Edges and the API show the same.
 */
import { deflateRawSync } from 'node:zlib';
import { LEDGER_SEATS_VERSION, packSeats, type SeatPosition, type SeatState } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';
import { NOT_ON_SALE } from './gate-plan.ts';

/** A drop's seats as the gate has them. */
export interface SeatsRead extends SeatPosition {
  mapId: string;
  /** A character a seat: `0` free, `1` held, `2` sold, `3` offered to somebody. */
  seats: Uint8Array;
  /** A byte a seat: the channel it is kept for, 0: none, 255: not on sale. */
  kept: Uint8Array;
}

/** The gate, as far as showing seats needs it. */
export interface SeatsReader {
  /**
   * `same`: it is still as it was at `known`; null: no such drop, or one without seats.
   * @throws while the gate is away
   */
  readSeats(dropId: string, known: SeatPosition | null): Promise<SeatsRead | 'same' | null>;
}

/** One byte a seat, a `SeatState`, at one position. */
export interface SeatsShown extends SeatPosition {
  mapId: string;
  states: Uint8Array;
}

const STATE = { free: 0, held: 1, sold: 2, kept: 3 } as const satisfies Record<string, SeatState>;
const [FREE, SOLD] = [48, 50];

/** An offered seat is somebody's for the moment, as a held one is; so is one in a state this process does not know. */
export function shownSeats({ epoch, version, mapId, seats, kept }: SeatsRead): SeatsShown {
  const states = new Uint8Array(seats.length);
  for (let seat = 0; seat < states.length; seat++) {
    const mark = seats[seat];
    if (mark === FREE) states[seat] = kept[seat] && kept[seat] !== NOT_ON_SALE ? STATE.kept : STATE.free;
    else states[seat] = mark === SOLD ? STATE.sold : STATE.held;
  }
  return { epoch, version, mapId, states };
}

/** `states` of `SeatStates`. `plain`: for those who cannot inflate. */
export function encodeStates(states: Uint8Array, plain = false): string {
  const packed = packSeats(states);
  return Buffer.from(plain ? packed : deflateRawSync(packed)).toString('base64');
}

interface LedgerSeats {
  epoch: number;
  mapId: string;
  seats: number;
  held: number[];
  sold: number[];
  kept: number[];
}

const STATES = sqlFile(import.meta.url, 'states.sql');

/** The ledger has no version that counts holds: what it shows is no position that a delta could follow. */
export async function seatsOfLedger(db: Db, dropId: string): Promise<SeatsShown | null> {
  const row = await db.one<LedgerSeats>(STATES, [dropId]);
  if (!row) return null;
  const states = new Uint8Array(row.seats);
  for (const seat of row.kept) states[seat] = STATE.kept;
  for (const seat of row.held) states[seat] = STATE.held;
  for (const seat of row.sold) states[seat] = STATE.sold;
  return { epoch: row.epoch, version: LEDGER_SEATS_VERSION, mapId: row.mapId, states };
}
