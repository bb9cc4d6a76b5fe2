/** The gate of one drop, loaded from a model instead of the ledger, and asked as the edge asks it. */
import { createAskGate } from '../holds/ask.ts';
import { type GateKeys, gateKeys } from '../holds/gate-keys.ts';
import { createOffer } from '../holds/offer.ts';
import { indexBlocks } from '../holds/reopen-seats.ts';
import type { SeatWish } from '../holds/request.ts';
import type { SeatNaming } from '../holds/seat-names.ts';
import { systemClock } from '../kernel/index.ts';
import type { Redis } from '../stores/index.ts';
import { NOT_ON_SALE } from './gate-plan.ts';
import { everybodys, holding } from './testing-judgement.ts';
import { gatePlanOf, longestRuns, tidyChoices } from './testing-models.ts';
import type { Model } from './testing-reference.ts';

const PREFIX = '00000000-0000-8000-8000-';
/** Holds that a model's taken seats belong to. */
const HELD_BY = 'hold-before';
const SOLD_BY = 'hold-sold';
const FAR_MS = 8_000_000_000_000;

export const tierIds = (model: Model): string[] => Array.from({ length: model.tiers }, (_, i) => `tier${i}`);

const CODE = { free: '0', held: '1', sold: '2', offered: '3' } as const;
const seatCodes = (model: Model) => model.seats.map((s) => CODE[s.state]).join('');

/** Seats that a fan is offered, by fan. */
function offersOf(model: Model): Map<string, number[]> {
  const offers = new Map<string, number[]>();
  for (const [seat, { state, user }] of model.seats.entries())
    if (state === 'offered' && user) offers.set(user, [...(offers.get(user) ?? []), seat]);
  return offers;
}

function ownersOf(model: Model): Record<string, string> {
  const owners: Record<string, string> = {};
  for (const [seat, { state, user }] of model.seats.entries()) {
    if (state === 'held') owners[seat] = HELD_BY;
    if (state === 'sold') owners[seat] = SOLD_BY;
    if (state === 'offered') owners[seat] = user as string;
  }
  for (const [user, seats] of offersOf(model)) owners[`@${user}`] = seats.join('.');
  return owners;
}

export interface GateSettings {
  orphanRule: boolean;
  orphanRelaxPercent: number;
}

/** Replaces whatever the drop's gate held before by the model's state, live and without a line. */
export async function loadModel(
  redis: Redis,
  dropId: string,
  model: Model,
  settings: GateSettings,
): Promise<GateKeys> {
  const keys = gateKeys(dropId, 1);
  const { plan, blocks, facts } = gatePlanOf(model, tierIds(model), PREFIX);
  const { pointer, state, stock, fans, turns, requests, holds, pending } = keys;
  const kept = Buffer.from(model.seats.map((s) => (s.tier === NOT_ON_SALE ? 255 : s.kept)));
  const load = redis
    .multi()
    .del(pointer, state, stock, fans, turns, requests, holds, pending, keys.owners, keys.offers)
    .set(pointer, '1')
    .hset(state, {
      phase: 'live',
      line: '0',
      limit: '1000',
      seating: JSON.stringify({ ...facts, ...settings }),
    })
    .hset(stock, { v: '0', ...Object.fromEntries(tierIds(model).map((id, t) => [id, everybodys(model, t)])) })
    .set(keys.plan, plan)
    .set(keys.blocks, blocks)
    .set(keys.seats, seatCodes(model))
    .set(keys.kept, kept)
    .set(keys.runs, Buffer.from(longestRuns(model)))
    .set(keys.clean, indexBlocks(blocks, Buffer.from(seatCodes(model)), kept).clean);
  const owners = ownersOf(model);
  if (Object.keys(owners).length > 0) load.hset(keys.owners, owners);
  for (const user of offersOf(model).keys()) load.zadd(keys.offers, FAR_MS, user);
  await load.exec();
  return keys;
}

export interface GateAnswer {
  code: string;
  /** Sorted: those given, those gone, or orphans. */
  seats: number[];
  /** Of the seats given. */
  tiers: string[];
  fix: number[];
}

const listOf = (text: string) => (text === '' ? [] : text.split('.').map(Number));

/** `OK|prefix|tier:seat.seat,…`, `TAKEN:seat.seat`, `ORPHAN:seat.seat|seat.seat`, or a code alone. */
export function readAnswer(text: string): GateAnswer {
  if (text.startsWith('OK|')) {
    const lines = text
      .split('|')[2]!
      .split(',')
      .map((line) => line.split(':') as [string, string]);
    const seats = lines.flatMap(([, list]) => listOf(list)).sort((a, b) => a - b);
    return { code: 'OK', seats, tiers: lines.map(([id]) => id).sort(), fix: [] };
  }
  const [code = '', rest = ''] = text.split(':');
  const [seats = '', fix = ''] = rest.split('|');
  return { code, seats: listOf(seats).sort((a, b) => a - b), tiers: [], fix: listOf(fix) };
}

export interface GateAsk {
  user: string;
  holdId: string;
  wish: Omit<SeatWish, 'prefix'>;
}

/** Asks the gate for holds, all in one call of its script. */
export async function askGate(redis: Redis, keys: GateKeys, asks: GateAsk[]): Promise<GateAnswer[]> {
  const ask = createAskGate(redis);
  const texts = await Promise.all(
    asks.map(({ user, holdId, wish }) =>
      ask(keys, {
        userId: user,
        requestId: holdId,
        bodyHash: 'h',
        holdId,
        lines: [],
        wish: { prefix: PREFIX, ...wish },
        replaces: null,
      }),
    ),
  );
  return texts.map(readAnswer);
}

/** Has the gate offer a fan other seats, as after a refusal; empty: there are none. */
export async function askOffer(
  redis: Redis,
  keys: GateKeys,
  { user, wish }: Omit<GateAsk, 'holdId'>,
  instead: { n: number; tierId: string; section: string; wanted: number[] },
): Promise<number[]> {
  const ref = (seat: number) => ({ id: String(seat), section: '', row: '', label: '' });
  const offer = createOffer({
    gate: redis,
    clock: systemClock,
    names: { of: async () => ({ ref, tierName: () => '' }) } as unknown as SeatNaming,
  });
  const made = await offer(keys, { userId: user, dropId: '', wish: { prefix: PREFIX, ...wish }, ...instead });
  if (made === 'BUSY') throw new Error('a search of its own is never one too many');
  return (made?.seats ?? []).map((seat) => Number(seat.id));
}

/** The gate's seats, runs, stock and owners as text, to be compared with `expectedGate`. */
export async function readGate(redis: Redis, keys: GateKeys) {
  const [seats, runs, clean, stock, owners] = await Promise.all([
    redis.get(keys.seats),
    redis.getBuffer(keys.runs),
    redis.getBuffer(keys.clean),
    redis.hgetall(keys.stock),
    redis.hgetall(keys.owners),
  ]);
  const { v: _version, ...free } = stock;
  return { seats, runs: [...(runs ?? [])], clean: [...(clean ?? [])], free, owners };
}

/** What `readGate` must give once each of these holds has its seats. */
export function expectedGate(model: Model, given: Record<string, number[]>) {
  const after = holding(model, Object.values(given).flat());
  const owners = ownersOf(model);
  for (const [holdId, seats] of Object.entries(given)) for (const seat of seats) owners[seat] = holdId;
  return {
    seats: seatCodes(after),
    runs: longestRuns(after),
    clean: tidyChoices(after),
    free: Object.fromEntries(tierIds(model).map((id, t) => [id, String(everybodys(after, t))])),
    owners,
  };
}
