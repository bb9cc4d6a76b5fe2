/**
 * Seats on the wire: what all states of a map and a delta of a hundred seats cost in bytes, and what comparing them
 * costs an edge. Needs no stores. Targets for 20,000 seats: all states 6 KB, a delta of a hundred seats 400 bytes.
 */
import { createLog, systemClock } from '../../server/kernel/index.ts';
import { LIMITS } from '../../server/limits.ts';
import { seatsDelta } from '../../server/realtime/seat-audience.ts';
import { frame } from '../../server/realtime/wire.ts';
import {
  createShowSeats,
  encodeStates,
  type SeatsPage,
  type SeatsRead,
  type SeatsShown,
  shownSeats,
} from '../../server/seating/index.ts';
import type { Db } from '../../server/stores/index.ts';
import { print } from './world.ts';

const SEATS = 20_000;
const LARGE = 60_000;
const DROP = '0199d1d2-7c1e-7a52-9d3e-3f2b8c9a1e01';
const MAP = '0199d1d2-7c1e-7a52-9d3e-3f2b8c9a1e02';
/** Positions as large as they get in a long sale. */
const AT = { epoch: 1_234, version: 12_345_678, mapId: MAP };

/** The same figures on every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const roll = dice(7);

/** Groups of one to six neighbours, until so many seats have this mark. */
function cluster(seats: Uint8Array, mark: string, count: number): void {
  for (let left = count; left > 0; ) {
    const first = roll(seats.length);
    for (let seat = first; seat <= first + roll(6) && seat < seats.length && left > 0; seat++) {
      if (seats[seat] !== 48) continue;
      seats[seat] = mark.charCodeAt(0);
      left--;
    }
  }
}

function inGate(count: number, fill: (seats: Uint8Array, kept: Uint8Array) => void): SeatsRead {
  const read = { ...AT, seats: new Uint8Array(count).fill(48), kept: new Uint8Array(count) };
  fill(read.seats, read.kept);
  return read;
}

const halfSold = (count: number): SeatsRead =>
  inGate(count, (seats, kept) => {
    kept.fill(2, 0, count / 100);
    cluster(seats, '2', count / 2);
    cluster(seats, '1', count / 50);
  });

const anything = (count: number): SeatsRead =>
  inGate(count, (seats, kept) => {
    for (let seat = 0; seat < count; seat++) {
      const state = roll(4);
      seats[seat] = 48 + (state === 3 ? 0 : state);
      kept[seat] = state === 3 ? 1 : 0;
    }
  });

/** What the HTTP route answers for these seats. */
async function pageOf(read: SeatsRead): Promise<SeatsPage> {
  const log = createLog('error', 'bench');
  const gate = { readSeats: async () => read };
  const page = await createShowSeats({ gate, clock: systemClock, log, db: null as unknown as Db })(DROP);
  if (!page) throw new Error('no seats to show');
  return page;
}

async function snapshot(label: string, read: SeatsRead): Promise<number> {
  const page = await pageOf(read);
  const sizes = [true, false].map((gzip) => page.body({ plain: false, gzip }).length);
  const plain = page.body({ plain: true, gzip: true }).length;
  const { states, ...at } = shownSeats(read);
  const data = { dropId: DROP, ...at, seats: states.length, states: encodeStates(states) };
  const answer = Buffer.byteLength(`430${JSON.stringify([{ ok: true, data }])}`);
  const [gzipped = 0, bare] = sizes;
  print(
    `${label.padEnd(34)} HTTP ${String(gzipped).padStart(6)} B (bare ${bare}, plain ${plain})   socket ${String(answer).padStart(6)} B`,
  );
  return gzipped;
}

function delta(label: string, seats: number, change: (states: Uint8Array) => void): number {
  const before: SeatsShown = shownSeats(halfSold(seats));
  const after: SeatsShown = { ...before, version: before.version + 100, states: before.states.slice() };
  change(after.states);
  const bytes = Buffer.byteLength(frame('seats:delta', seatsDelta(DROP, before, after)));
  print(`${label.padEnd(34)} frame ${String(bytes).padStart(5)} B`);
  return bytes;
}

const other = (state: number): number => (state + 1 + roll(3)) % 4;

function changeAnywhere(states: Uint8Array): void {
  const chosen = new Set<number>();
  while (chosen.size < 100) chosen.add(roll(states.length));
  for (const seat of chosen) states[seat] = other(states[seat]!);
}

function changeGroups(states: Uint8Array): void {
  for (let group = 0; group < 25; group++) {
    const first = roll(states.length - 4);
    for (let seat = first; seat < first + 4; seat++) states[seat] = states[seat] === 1 ? 2 : 1;
  }
}

/** What a watched drop costs an edge each tick: making states of what the gate answers, and comparing them. */
function compare(): number {
  const rounds = 400;
  const read = halfSold(LARGE);
  let before = shownSeats(read);
  const started = process.cpuUsage();
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < 100; i++) read.seats[roll(LARGE)] = 48 + roll(3);
    const after = shownSeats({ ...read, version: read.version + round });
    frame('seats:delta', seatsDelta(DROP, before, after));
    before = after;
  }
  const { user, system } = process.cpuUsage(started);
  const ms = (user + system) / 1_000 / rounds;
  const perSecond = 1_000 / LIMITS.tickEveryMs;
  print(
    `comparing ${LARGE} seats, 100 changed   ${ms.toFixed(2)} ms CPU, ${((ms * perSecond) / 10).toFixed(2)} % of a core at ${perSecond} a second`,
  );
  return ms;
}

export interface SeatWireFigures {
  worstSnapshotBytes: number;
  halfSoldBytes: number;
  deltaBytes: number;
  compareMs: number;
}

export async function run(): Promise<SeatWireFigures> {
  print(`${SEATS} seats`);
  await snapshot(
    'all free',
    inGate(SEATS, () => {}),
  );
  const halfSoldBytes = await snapshot('half sold, in groups', halfSold(SEATS));
  const worstSnapshotBytes = await snapshot('any state anywhere (target 6,144)', anything(SEATS));
  const deltaBytes = delta('100 seats anywhere (target 400)', SEATS, changeAnywhere);
  delta('25 groups of 4', SEATS, changeGroups);
  print(`${LARGE} seats`);
  await snapshot('half sold, in groups', halfSold(LARGE));
  await snapshot('any state anywhere', anything(LARGE));
  delta('100 seats anywhere', LARGE, changeAnywhere);
  return { worstSnapshotBytes, halfSoldBytes, deltaBytes, compareMs: compare() };
}

if (import.meta.main) await run();
