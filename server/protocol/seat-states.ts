/**
 * States of seats as they travel: whole (two bits a seat) and as what changed (runs). Read and written by edges, the
 * API and pages alike, so nothing here belongs to Node or to a browser alone.
 *
 * Runs of a delta, one after the other, seats in rising order:
 *
 *   varint( gap << 3 | state << 1 | long )   gap: seats since the end of the run before (of the first: since seat 0)
 *   varint( length - 1 )                     only where `long` is 1; otherwise the run is one seat
 *
 * varint: seven bits a byte, the lowest first, the high bit set on all but the last byte. A hundred changed seats among
 * 20,000 are two bytes each. States are absolute, so a run may cover seats that had its state before.
 */
import type { SeatState, SeatsDelta } from './seating.ts';

export interface SeatRun {
  first: number;
  length: number;
  state: SeatState;
}

/** A position of a drop's stream of seats. */
export interface SeatPosition {
  epoch: number;
  version: number;
}

/** States read from the ledger alone (the gate is away) carry this version: no delta fits it, and it is never "newer". */
export const LEDGER_SEATS_VERSION = 2 ** 40;

/** What came over the wire is not what this file writes: nothing of it is used. */
export class MalformedSeats extends Error {
  constructor(problem: string) {
    super(`malformed seats: ${problem}`);
    this.name = 'MalformedSeats';
  }
}

export const packedBytes = (seats: number): number => Math.ceil(seats / 4);

/** One byte a seat in; two bits a seat out, four seats a byte, the first seat in the lowest bits. */
export function packSeats(states: Uint8Array): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(packedBytes(states.length));
  for (let seat = 0; seat < states.length; seat++)
    packed[seat >> 2]! |= (states[seat]! & 3) << ((seat & 3) * 2);
  return packed;
}

/** @throws MalformedSeats unless `packed` is exactly as long as so many seats need */
export function unpackSeats(packed: Uint8Array, seats: number): Uint8Array<ArrayBuffer> {
  if (packed.length !== packedBytes(seats)) throw new MalformedSeats('not as many bytes as seats need');
  const states = new Uint8Array(seats);
  for (let seat = 0; seat < seats; seat++) states[seat] = (packed[seat >> 2]! >> ((seat & 3) * 2)) & 3;
  return states;
}

/** The runs that lead from `before` to `after` (of the same length), as few as there can be. */
export function diffSeats(before: Uint8Array, after: Uint8Array): SeatRun[] {
  const runs: SeatRun[] = [];
  const seats = after.length;
  for (let seat = 0; seat < seats; seat++) {
    if (before[seat] === after[seat]) continue;
    const state = after[seat] as SeatState;
    let lastChanged = seat;
    let next = seat + 1;
    for (; next < seats && after[next] === state; next++) if (before[next] !== state) lastChanged = next;
    runs.push({ first: seat, length: lastChanged - seat + 1, state });
    seat = next - 1;
  }
  return runs;
}

/** @returns the seats whose state is another now, in rising order */
export function applyRuns(states: Uint8Array, runs: readonly SeatRun[]): number[] {
  const changed: number[] = [];
  for (const { first, length, state } of runs)
    for (let seat = first; seat < first + length; seat++) {
      if (states[seat] === state) continue;
      states[seat] = state;
      changed.push(seat);
    }
  return changed;
}

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  bytes.push(rest);
}

export function encodeRuns(runs: readonly SeatRun[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let end = 0;
  for (const { first, length, state } of runs) {
    pushVarint(bytes, ((first - end) << 3) | (state << 1) | (length > 1 ? 1 : 0));
    if (length > 1) pushVarint(bytes, length - 1);
    end = first + length;
  }
  return Uint8Array.from(bytes);
}

/** Four bytes of seven bits are more than any gap needs. */
const VARINT_BYTES = 4;

/** @throws MalformedSeats on anything `encodeRuns` would not write for a map of so many seats */
export function decodeRuns(bytes: Uint8Array, seats: number): SeatRun[] {
  let at = 0;
  function varint(): number {
    let value = 0;
    for (let i = 0; i < VARINT_BYTES; i++) {
      const byte = bytes[at++];
      if (byte === undefined) throw new MalformedSeats('ends within a number');
      value |= (byte & 127) << (7 * i);
      if (byte > 127) continue;
      if (byte === 0 && i > 0) throw new MalformedSeats('a number longer than it need be');
      return value;
    }
    throw new MalformedSeats('a number too large');
  }
  const runs: SeatRun[] = [];
  let end = 0;
  while (at < bytes.length) {
    const head = varint();
    const more = (head & 1) === 1 ? varint() : 0;
    if ((head & 1) === 1 && more === 0) throw new MalformedSeats('a length that need not be said');
    const first = end + (head >>> 3);
    end = first + more + 1;
    if (end > seats) throw new MalformedSeats('beyond the last seat');
    runs.push({ first, length: more + 1, state: ((head >> 1) & 3) as SeatState });
  }
  return runs;
}

/** Below what engines take as arguments of one call. */
const CHUNK = 8_192;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** @throws MalformedSeats */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  // `atob` alone would let blanks and missing ends pass.
  if (text.length % 4 !== 0 || !BASE64.test(text)) throw new MalformedSeats('not base64');
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

/** Whether a delta may be laid over the states at this position: only over exactly those it was made from. */
export const deltaFits = (at: SeatPosition, delta: SeatsDelta): boolean =>
  delta.from === at.version && (delta.fromEpoch ?? delta.epoch) === at.epoch;
