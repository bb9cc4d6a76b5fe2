/**
 * Random holds, exchanges, sales, moves and changes of channels through the whole path, one after the other: after each of
 * them the gate has every seat as the ledger has it, and its index of runs is what a count from nothing gives.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CARDS, card } from '../checkout/testing.ts';
import type { HoldItem, HoldView, Result, SeatOffer } from '../protocol/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';
import { bothSides } from './testing-agreement.ts';
import { type SeatingWorld, seatingWorld } from './testing-sold.ts';

let w: SeatingWorld;
let fans: string[];
beforeAll(async () => {
  w = await seatingWorld();
  fans = await w.world.createUsers(3);
});
afterAll(() => w.close());

const CODE = 'GUESTS';

/** What was seen of an event last: whoever knows its version must not miss a change. */
const last = new Map<string, { epoch: number; version: number; shown: string }>();

async function expectAgreement(event: MadeSeatEvent): Promise<void> {
  await w.holds.settle(event.dropId);
  const { gate, ledger, offered, epoch, version } = await bothSides(w.world, event);
  expect(gate).toEqual(ledger);
  for (const user of offered.values()) expect(fans).toContain(user);
  const shown = `${gate.seats} ${gate.kept.join()}`;
  const before = last.get(event.dropId);
  if (before?.epoch === epoch && before.shown !== shown) expect(version).toBeGreaterThan(before.version);
  last.set(event.dropId, { epoch, version, shown });
}

interface Wish {
  fan: number;
  picks: number[];
  best: { n: number; together: 'row' | 'rows' | 'any'; tier: number | null } | null;
  accessible: boolean;
  /** Through the channel. */
  guest: boolean;
  /** Whether what is offered instead is taken. */
  takes: boolean;
}
type Step =
  | { does: 'hold'; wish: Wish }
  | { does: 'swap'; which: number; wish: Wish }
  | { does: 'release' | 'pay'; which: number }
  | { does: 'keep'; add: number[]; remove: boolean }
  | { does: 'move'; which: number; to: number }
  | { does: 'rebuild' | 'open' };

const SEATS = 2 * 2 * 7;
const seat = fc.nat(SEATS - 1);
const wish: fc.Arbitrary<Wish> = fc.record({
  fan: fc.nat(2),
  picks: fc.uniqueArray(seat, { maxLength: 3 }),
  best: fc.option(
    fc.record({
      n: fc.integer({ min: 1, max: 6 }),
      together: fc.constantFrom('row' as const, 'rows' as const, 'any' as const),
      tier: fc.option(fc.nat(1)),
    }),
  ),
  accessible: fc.boolean(),
  guest: fc.boolean(),
  takes: fc.boolean(),
});
const which = fc.nat(9);
const does = <Name extends Step['does']>(name: Name) => fc.constant(name);
const some = fc.uniqueArray(seat, { minLength: 1, maxLength: 4 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ does: does('hold'), wish }) },
    { weight: 4, arbitrary: fc.record({ does: does('swap'), which, wish }) },
    { weight: 4, arbitrary: fc.record({ does: fc.constantFrom('release' as const, 'pay' as const), which }) },
    { weight: 2, arbitrary: fc.record({ does: does('keep'), add: some, remove: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ does: does('move'), which, to: seat }) },
    { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('rebuild' as const, 'open' as const) }) },
  ),
  { minLength: 4, maxLength: 16, size: 'max' },
);

function itemsOf(event: MadeSeatEvent, { picks, best }: Wish): HoldItem[] {
  const items: HoldItem[] = [];
  for (const [index, tierId] of event.tierIds.entries()) {
    const own = picks.filter((one) => Math.floor(one / (SEATS / 2)) === index);
    if (own.length > 0) items.push({ tierId, seatIds: own.map((one) => event.seatIds[one] as string) });
  }
  const tierId = best?.tier == null ? undefined : event.tierIds[best.tier];
  if (best) items.push({ bestAvailable: best.n, together: best.together, ...(tierId ? { tierId } : {}) });
  return items;
}

/** One event on which steps are taken. */
interface Walk {
  event: MadeSeatEvent;
  channel: number;
  live: { fan: string; id: string }[];
  tickets: string[];
}

async function begin(): Promise<Walk> {
  const event = await seatEvent(w.world, {
    map: hallMap({ rows: 2, seatsPerRow: 7, sections: 2, aislesAfter: [4], accessible: true }),
    tiers: [{}, {}],
    assignment: { sections: { a: '0', b: '1' } },
    accessibleHoursBefore: 1,
    drop: { limitPerFan: 100 },
  });
  const made = await w.seating.channels.create(w.vendorOf(event), event.eventId, {
    name: 'Guests',
    code: CODE,
  });
  if (!made.ok) throw new Error(made.error.code);
  await w.holds.gate.reopen(event.dropId, 'test');
  return { event, channel: made.value.channel, live: [], tickets: [] };
}

type Old = Walk['live'][number];

async function ask(
  { event, live }: Walk,
  wished: Wish,
  old: Old | undefined,
): Promise<Result<HoldView> | null> {
  const fan = old?.fan ?? fans[wished.fan]!;
  const place = async (items: HoldItem[]) => {
    const body = {
      dropId: event.dropId,
      requestId: w.world.ids.next(),
      items,
      accessible: wished.accessible,
      ...(wished.guest ? { channel: CODE } : {}),
    };
    const held = await (old ? w.holds.swap(fan, { ...body, holdId: old.id }) : w.holds.place(fan, body));
    if (held.ok) live.push({ fan, id: held.value.id });
    return held;
  };
  const items = itemsOf(event, wished);
  if (items.length === 0) return null;
  const held = await place(items);
  if (held.ok || !wished.takes) return held;
  const { offer } = (held.error.details ?? {}) as { offer?: SeatOffer | null };
  if (!offer) return held;
  await expectAgreement(event);
  const taken = await place([{ tierId: offer.tierId, seatIds: offer.seats.map((one) => one.id) }]);
  expect(taken).toMatchObject({ ok: true });
  return taken;
}

async function pay({ tickets }: Walk, { fan, id }: Old): Promise<Result<unknown>> {
  const booked = await w.checkout.book(fan, { holdId: id }, null);
  if (!booked.ok) return booked;
  const orderId = booked.value.order.id;
  const paid = await w.checkout.pay(fan, { orderId, method: card(CARDS.good) }, null);
  const made = await w.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1', [orderId]);
  tickets.push(...made.map((ticket) => ticket.id));
  return paid;
}

/** Null: there was nothing to do it with. */
async function take(walk: Walk, step: Step): Promise<Result<unknown> | null> {
  const { event, channel, live, tickets } = walk;
  const vendor = w.vendorOf(event);
  const ids = (seats: number[]) => seats.map((one) => event.seatIds[one] as string);
  const old = 'which' in step ? live[step.which % Math.max(1, live.length)] : undefined;
  switch (step.does) {
    case 'hold':
      return ask(walk, step.wish, undefined);
    case 'rebuild':
      await w.holds.gate.reopen(event.dropId, 'test');
      return { ok: true, value: null };
    case 'open':
      return w.seating.channels.remove(vendor, event.eventId, channel);
    case 'keep': {
      const kept = await w.sql<{ seat: number }>(
        'select seat from ticketing.seats where event_id = $1 and channel = $2 order by seat limit 2',
        [event.eventId, channel],
      );
      const remove = step.remove
        ? ids(kept.map((row) => row.seat).filter((one) => !step.add.includes(one)))
        : [];
      return w.seating.channels.keep(vendor, event.eventId, channel, { add: ids(step.add), remove });
    }
    case 'move': {
      const ticketId = tickets[step.which % Math.max(1, tickets.length)];
      if (!ticketId) return null;
      return w.seating.move(vendor, { ticketId, seatId: event.seatIds[step.to] as string });
    }
    default: {
      if (!old) return null;
      const done =
        step.does === 'swap'
          ? await ask(walk, step.wish, old)
          : await (step.does === 'pay' ? pay(walk, old) : w.holds.release(old.fan, old.id));
      if (done?.ok) live.splice(live.indexOf(old), 1);
      return done;
    }
  }
}

/** Chance seldom finds a sold ticket to move: these steps see to it that each of them is taken. */
const noWish: Wish = { fan: 0, picks: [], best: null, accessible: false, guest: false, takes: false };
const everyStep: Step[] = [
  { does: 'hold', wish: { ...noWish, picks: [0, 1] } },
  { does: 'hold', wish: { ...noWish, fan: 1, picks: [1] } },
  { does: 'keep', add: [0], remove: false },
  { does: 'pay', which: 0 },
  { does: 'move', which: 0, to: 2 },
  { does: 'hold', wish: { ...noWish, picks: [7, 8] } },
  { does: 'swap', which: 0, wish: { ...noWish, picks: [9, 10] } },
  { does: 'release', which: 0 },
  { does: 'keep', add: [13], remove: false },
];

test('S28, S40, S41, S60, S65, S67, S69: after every step the gate has the seats as the ledger has them', {
  timeout: 180_000,
}, async () => {
  const seen = new Map<string, number>();
  const property = fc.asyncProperty(steps, async (all) => {
    const walk = await begin();
    await expectAgreement(walk.event);
    for (const step of all) {
      const answer = await take(walk, step);
      if (!answer) continue;
      const name = `${step.does} ${answer.ok ? 'OK' : answer.error.code}`;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      await expectAgreement(walk.event);
    }
  });
  const { FC_STEPS, FC_SEED } = process.env;
  await fc.assert(property, {
    numRuns: Number(FC_STEPS ?? 60),
    examples: [[everyStep]],
    ...(FC_SEED ? { seed: Number(FC_SEED) } : {}),
  });
  const done = ['hold', 'swap', 'release', 'pay', 'keep', 'move'].map((name) => `${name} OK`);
  for (const answer of [...done, 'hold SEATS_TAKEN', 'hold ORPHAN_SEAT', 'keep SEATS_TAKEN'])
    expect(seen.get(answer) ?? 0, JSON.stringify([...seen])).toBeGreaterThan(0);
  expect(await w.broken()).toEqual([]);
});
