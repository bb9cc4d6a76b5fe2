/** What goes wrong around holds with seats: wishes nobody should send, gates that are read at a bad moment. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HoldItem, HoldPlace, HoldView, Result } from '../protocol/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from '../seating/testing.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { driftingSeats } from './audit-seats.ts';
import { createBatches } from './batch.ts';
import { createGate, type HoldGate } from './gate.ts';
import type { GateAnswers } from './gate-answers.ts';
import { createHolds, type Holds } from './index.ts';
import { createPlace } from './place.ts';
import { canonical } from './request.ts';
import { createSeatNaming } from './seat-names.ts';

let world: TestWorld;
let holds: Holds;
let gate: HoldGate;
beforeAll(async () => {
  world = await testWorld();
  holds = createHolds({ ...world, pendingLookupMs: 0 });
  gate = createGate({ ...world, gate: world.gate });
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);
const fan = async () => (await world.createUser()).id;
const value = <T>(result: Result<T>): T => {
  if (!result.ok) throw new Error(`refused: ${result.error.code} ${JSON.stringify(result.error.details)}`);
  return result.value;
};
const code = (result: Result<unknown>) => (result.ok ? 'OK' : result.error.code);
const pick = (event: MadeSeatEvent, seats: number[], tier = 0): HoldItem[] => [
  { tierId: event.tierIds[tier] as string, seatIds: seats.map((seat) => event.seatIds[seat] as string) },
];
const asking = (event: MadeSeatEvent, items: HoldItem[], more: Partial<HoldPlace> = {}): HoldPlace => ({
  dropId: event.dropId,
  requestId: world.ids.next(),
  items,
  ...more,
});
const place = async (event: MadeSeatEvent, items: HoldItem[], more: Partial<HoldPlace> = {}) =>
  holds.place(await fan(), asking(event, items, more));
const gateSeats = async (event: MadeSeatEvent): Promise<string> => {
  const read = await holds.gate.readSeats(event.dropId, null);
  if (read === null || read === 'same') throw new Error('no seats');
  return read.seats.toString();
};
/** Lets a hold through the gate, as a process does that then dies. */
async function throughTheGate(event: MadeSeatEvent, user: string, items: HoldItem[], replaces?: HoldView) {
  const keys = await gate.keysOf(event.dropId);
  const request = value(canonical({ ...asking(event, items), ...(replaces ? { holdId: replaces.id } : {}) }));
  const holdId = world.ids.next();
  const answer = await gate.ask(keys, { ...request, userId: user, holdId });
  return { keys, holdId, answer };
}

describe('wishes', () => {
  test('S46: a section that is no proper text is one that is not there, and spoils nobody else’s hold', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 10 }) });
    const odd = ['\ud800', 'a\udc00b', '\u0000', '"', '|', ':', '\\', 'ä', '[]'];
    const wishes = [
      pick(event, [0, 1]),
      ...odd.map((section): HoldItem[] => [{ bestAvailable: 1, section }]),
      pick(event, [10, 11]),
    ];
    const users = await world.createUsers(wishes.length);
    const answers = await Promise.all(
      users.map((user, i) => holds.place(user, asking(event, wishes[i] as HoldItem[]))),
    );
    expect(answers.map(code)).toEqual(['OK', ...odd.map(() => 'NOT_FOUND'), 'OK']);
  });

  test('S36: codes cannot be guessed, and offers that lapse again and again come to an end', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 10 }) });
    await run(
      `insert into ticketing.seat_channels (event_id, channel, name, code) values ($1, 2, 'Guests', 'GUESTS')`,
      [event.eventId],
    );
    const guesser = await fan();
    const guess = (channel: string) => holds.place(guesser, asking(event, pick(event, [0, 1]), { channel }));
    for (let i = 0; i < 10; i++) expect(code(await guess(`wrong${i}`))).toBe('NOT_FOUND');
    expect(code(await guess('guests'))).toBe('RATE_LIMITED');
    for (let i = 0; i < 12; i++)
      expect(code(await place(event, [{ bestAvailable: 1 }], { channel: 'guests' }))).toBe('OK');

    const hall = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 10 }) });
    await place(hall, pick(hall, [0, 1]));
    const hoarder = await fan();
    const offers: unknown[] = [];
    for (let i = 0; i < 8; i++) {
      const refused = await holds.place(hoarder, asking(hall, pick(hall, [0, 1])));
      offers.push(refused.ok ? 'held' : refused.error.details?.offer);
    }
    expect(offers.map((offer) => offer !== null)).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('S26: a code that is no proper text is one that is not there', async () => {
    const event = await seatEvent(world, {});
    for (const channel of ['\u0000', 'ab\u0000cd', '\ud800', "'; --"])
      expect(code(await place(event, pick(event, [0, 1]), { channel }))).toBe('NOT_FOUND');
  });

  test('S20: seats of a tier that is closed are not sold, and spoil nobody else’s hold', async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: 1, seatsPerRow: 10, sections: 2 }),
      tiers: [{ quantity: 1 }, { quantity: 1 }],
      assignment: { sections: { a: '0', b: '1' } },
      orphanRule: false,
    });
    await run(`update ticketing.ticket_tiers set status = 'closed' where id = $1`, [event.tierIds[1]]);
    await holds.gate.reopen(event.dropId, 'a tier was closed');
    const { epoch } = await gate.keysOf(event.dropId);
    const [open, closed] = event.tierIds as [string, string];
    const wishes: HoldItem[][] = [
      pick(event, [0]),
      pick(event, [10], 1),
      [{ tierId: closed, quantity: 1 }],
      [{ bestAvailable: 1, section: 'b' }],
      [{ bestAvailable: 1, tierId: closed }],
      [{ bestAvailable: 4 }],
    ];
    const users = await world.createUsers(wishes.length);
    const answers = await Promise.all(
      users.map((user, i) => holds.place(user, asking(event, wishes[i] as HoldItem[]))),
    );
    expect(answers.map(code)).toEqual(['OK', 'NOT_FOUND', 'NOT_FOUND', 'SOLD_OUT', 'SOLD_OUT', 'OK']);
    expect(value(answers[5] as Result<HoldView>).items).toMatchObject([{ tierId: open }]);
    // Nobody makes the gate be rebuilt by asking for what is not sold.
    expect((await createGate({ ...world, gate: world.gate }).keysOf(event.dropId)).epoch).toBe(epoch);
  });
});

describe('the audit', () => {
  test('H15: seats on their way to the ledger are no drift', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 2, seatsPerRow: 10 }) });
    await throughTheGate(event, await fan(), pick(event, [0, 1]));
    for (let round = 0; round < 6; round++)
      expect(await holds.audit()).toMatchObject({ drifting: 0, reopened: 0 });
  });

  test('S69: seats whose credit is applied while they are compared are no drift', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 10 }) });
    const user = await fan();
    const hold = value(await holds.place(user, asking(event, pick(event, [0, 1]))));
    await holds.idle();
    await run(`select * from ticketing.end_holds($1, $2, 'released', 1)`, [event.dropId, [hold.id]]);
    const slow: HoldGate = {
      ...gate,
      async stock(keys) {
        const read = await gate.stock(keys);
        await holds.settle(event.dropId);
        return read;
      },
    };
    const keys = await gate.keysOf(event.dropId);
    expect(await driftingSeats(world.ledger, slow, keys, event.dropId)).toEqual([]);
    expect(await gateSeats(event)).toBe('0000000000');
  });
});

describe('exchanging', () => {
  test('S61: seats that a late exchange asked for again stay with the hold that became tickets', async () => {
    const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 8 }), orphanRule: false });
    const user = await fan();
    const hold = value(await holds.place(user, asking(event, pick(event, [0, 1]))));
    await holds.idle();
    const late = await throughTheGate(event, user, pick(event, [1, 2]), hold);
    expect(late.answer).toMatch(/^OK/);
    // Paid for before the exchange came to the ledger, which refuses it.
    await gate.credit(late.keys, [{ holdId: hold.id, kind: 'complete' }]);
    await gate.credit(late.keys, [{ holdId: late.holdId, kind: 'forget' }]);
    expect(await gateSeats(event)).toBe('22000000');
    const read = await holds.gate.read(event.dropId);
    expect(read?.tiers[0]?.available).toBe(6);
  });
});

test('H3, H16: a hold that the ledger has already, asked for again under its own id, stays in the gate', async () => {
  const event = await seatEvent(world, { map: hallMap({ rows: 1, seatsPerRow: 8 }) });
  // The gate's answer is lost first, and then, once it has committed, the batch's.
  let lost = 0;
  const once = async <T>(nth: number, work: Promise<T>): Promise<T> => {
    const done = await work;
    if (lost === nth) {
      lost++;
      throw new Error('Connection terminated unexpectedly');
    }
    return done;
  };
  const batches = createBatches({ ...world, pool: world.ledger.holds });
  const twice = createPlace({
    ...world,
    gate: { ...gate, ask: (keys, asked) => once(0, gate.ask(keys, asked)) },
    batches: { ...batches, submit: (entry) => once(1, batches.submit(entry)) },
    names: createSeatNaming(world.ledger.reads),
    channelOf: async () => ({ ok: true, value: 0 }),
    answers: {} as GateAnswers,
  });
  const user = await fan();
  const held = value(await twice(user, asking(event, pick(event, [0, 1]))));
  expect(lost).toBe(2);
  expect(await holds.mine(user, event.dropId)).toMatchObject([{ id: held.id }]);
  expect(await gateSeats(event)).toBe('11000000');
  const keys = await gate.keysOf(event.dropId);
  await expect.poll(async () => (await gate.pending(keys)).since.size).toBe(0);
});

describe('the gate emptied at a bad moment', () => {
  test('H2, H14: seats that an emptied gate no longer knows are asked for again, not left out', async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: 1, seatsPerRow: 8, standing: [{ key: 'floor', capacity: 30 }] }),
      tiers: [{ quantity: 1 }, { quantity: 30 }],
      assignment: { sections: { a: '0' }, standing: { floor: '1' } },
    });
    value(await place(event, pick(event, [6, 7])));
    // The first answer comes too late; the gate is emptied before its seats are looked up.
    let lost = 0;
    const redis = new Proxy(world.gate, {
      get(target, name) {
        const real = Reflect.get(target, name);
        if (name === 'evalsha' && lost === 0)
          return async (...args: Parameters<typeof target.evalsha>) => {
            await target.evalsha(...args);
            lost++;
            throw new Error('Command timed out');
          };
        if (name === 'hget' && lost === 1)
          return async (...args: Parameters<typeof target.hget>) => {
            lost++;
            await target.flushall();
            return target.hget(...args);
          };
        return typeof real === 'function' ? real.bind(target) : real;
      },
    });
    const other = createHolds({ ...world, gate: redis, resolveForMs: 200 });
    const items = [...pick(event, [0, 1]), { tierId: event.tierIds[1] as string, quantity: 2 }];
    const held = value(await other.place(await fan(), asking(event, items)));
    expect(lost).toBe(2);
    expect(held.items.map((item) => item.quantity)).toEqual([2, 2]);
    await other.idle();
    await expect.poll(() => gateSeats(event)).toBe('11000011');
  });
});
