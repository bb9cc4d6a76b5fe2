/** Events with reserved seats, as their vendor writes them (E18 to E20, S22). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHolds } from '../holds/index.ts';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import { seatIdOf } from '../protocol/index.ts';
import { hallMap, storeMap } from '../seating/testing.ts';
import { type CatalogWorld, catalogWorld, tier } from './testing.ts';

let c: CatalogWorld;
let mapId: string;
beforeAll(async () => {
  c = await catalogWorld();
  mapId = await storeMap(
    c.world,
    hallMap({ sections: 2, accessible: true, standing: [{ key: 'floor', capacity: 30 }] }),
  );
});
afterAll(() => c.close());

const SEATS = { name: 'Seats', priceCents: 5000, currency: 'CHF' };
const FLOOR = { name: 'Floor', priceCents: 3000, currency: 'CHF', quantity: 30 };
const seating = (over: Record<string, unknown> = {}) => ({
  mapId,
  assignment: { sections: { a: '0', b: '0' }, standing: { floor: '1' } },
  ...over,
});
const planned = (over: Record<string, unknown> = {}) =>
  c.create({ tiers: [SEATS, FLOOR], seating: seating(), drop: undefined, ...over });
const seatsOf = async (eventId: string) =>
  (
    await c.sql<{ n: number }>('select count(*)::int as n from ticketing.seats where event_id = $1', [
      eventId,
    ])
  )[0]?.n;

test('E18, E20: an event, its tiers, its seats and its open sale are one transaction', async () => {
  const made = await planned();
  expect(made.status, made.text).toBe(201);
  expect(made.body.mapId).toBe(mapId);
  expect(made.body.drop.phase).toBe('live');
  expect(made.body.tiers).toMatchObject([
    { name: 'Seats', seated: true, quantity: 80, kept: 4, available: 76 },
    { name: 'Floor', seated: false, quantity: 30, kept: 0, available: 30 },
  ]);
  expect(await seatsOf(made.body.id)).toBe(80);
  expect((await c.head(`/events/${made.body.id}/tickets`)).headers['holdfast-available']).toBe('106');
  expect((await c.create()).body.mapId).toBeNull();
});

test('E18: the quantity of a tier with seats is the map’s, whatever was said; only there it may be left out', async () => {
  const made = await planned({ tiers: [{ ...SEATS, quantity: 5 }, FLOOR] });
  expect(made.body.tiers[0]).toMatchObject({ quantity: 80 });
  for (const over of [
    { seating: undefined },
    {
      seating: seating({ assignment: { sections: { a: '0' } } }),
      tiers: [SEATS, { ...FLOOR, quantity: undefined }],
    },
  ]) {
    const refused = await planned(over);
    expect(refused.body.error).toMatchObject({ code: 'INVALID_REQUEST' });
    expect(refused.body.error.details.field).toMatch(/^tiers\.[01]\.quantity$/);
  }
});

test('E18: what is wrong with the seats is refused with its field, and there is no event', async () => {
  const [{ n: before } = { n: -1 }] = await c.sql<{ n: number }>(
    'select count(*)::int as n from events.events',
  );
  const cases: [Record<string, unknown>, string][] = [
    [seating({ mapId: c.world.ids.next() }), 'seating.mapId'],
    [seating({ assignment: { sections: { z: '0' } } }), 'seating.assignment.sections.z'],
    [seating({ assignment: { sections: { a: '2' } } }), 'seating.assignment.sections.a'],
    [
      seating({ assignment: { sections: { a: '0', b: '1' }, standing: { floor: '1' } } }),
      'seating.assignment.standing.floor',
    ],
    [seating({ orphanRelaxPercent: 101 }), 'seating.orphanRelaxPercent'],
    [seating({ extra: true }), 'seating.extra'],
  ];
  for (const [body, field] of cases) {
    const refused = await planned({ seating: body });
    expect([refused.status, refused.body.error.details?.field], refused.text).toEqual([400, field]);
  }
  const [{ n: after } = { n: -2 }] = await c.sql<{ n: number }>(
    'select count(*)::int as n from events.events',
  );
  expect(after).toBe(before);
});

test('E19: the plan of a draft survives edits, and is published with it', async () => {
  const draft = await planned({ status: 'draft' });
  const id = draft.body.id as string;
  expect((await c.put(id, { title: 'Another title' })).body).toMatchObject({ mapId });
  const published = await c.put(id, { status: 'published' });
  expect(published.body).toMatchObject({ status: 'published', mapId, drop: { phase: 'live' } });
  expect(published.body.tiers[0]).toMatchObject({ seated: true, quantity: 80, available: 76 });
  const late = await c.put(id, { seating: seating() });
  expect(late.body.error).toMatchObject({ code: 'INVALID_STATE', details: { field: 'seating' } });
});

test('E19: new tiers of a draft with seats need their seats said anew, or that they have none', async () => {
  const id = (await planned({ status: 'draft' })).body.id as string;
  const refused = await c.put(id, { tiers: [tier()] });
  expect(refused.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'seating' } });
  expect((await c.put(id, { seating: null })).body.error.details).toEqual({ field: 'seating' });
  const again = await c.put(id, {
    tiers: [tier({ quantity: undefined })],
    seating: { mapId, assignment: { rows: { 'b/C': '0' } } },
  });
  expect(again.body.tiers, again.text).toMatchObject([{ seated: true, quantity: 10, kept: 0 }]);
  expect(await seatsOf(id)).toBe(80);
  const moved = await c.put(id, { seating: { mapId, assignment: { sections: { b: '0' } } } });
  expect(moved.body.tiers, moved.text).toMatchObject([{ seated: true, quantity: 40, kept: 2 }]);
  const none = await c.put(id, { tiers: [tier()], seating: null });
  expect(none.body).toMatchObject({ mapId: null, tiers: [{ seated: false, quantity: 1 }] });
  expect(await seatsOf(id)).toBe(0);
});

test('S22: when the start is moved, so is the moment until which accessible seats are kept', async () => {
  const id = (await planned({ startsAt: c.inHours(100) })).body.id as string;
  const until = async () =>
    (
      await c.sql<{ at: Date }>('select release_at as at from ticketing.seat_channels where event_id = $1', [
        id,
      ])
    )[0]?.at;
  const before = (await until()) as Date;
  await c.put(id, { startsAt: c.inHours(110) });
  const after = (await until()) as Date;
  expect(Math.round((after.getTime() - before.getTime()) / 60_000)).toBe(600);
});

test('E13: an event with seats is deleted like any other: what was held is free again', async () => {
  const { world } = c;
  const holds = createHolds(world);
  const event = (await planned()).body;
  const place = (seat: number) =>
    holds.place(c.fan.user.id, {
      dropId: event.drop.id,
      requestId: world.ids.next(),
      items: [{ tierId: event.tiers[0].id, seatIds: [seatIdOf(mapId, seat)] }],
    });
  expect(await place(0)).toMatchObject({ ok: true });
  const claims = () =>
    c.sql('select seat, ticket_id from ticketing.seat_claims where event_id = $1', [event.id]);
  expect(await claims()).toEqual([{ seat: 0, ticket_id: null }]);
  expect((await c.remove(event.id)).body).toMatchObject({ status: 'canceled' });
  expect(await claims()).toEqual([]);
  expect(await place(3)).toMatchObject({ ok: false, error: { code: 'NOT_OPEN' } });
  expect(brokenInvariants(await checkInvariants(world.ledger.reads))).toEqual([]);
  await holds.idle();
});
