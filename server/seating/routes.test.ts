/** A vendor's way through an event's seats over HTTP: plan, channels, one seat, a move (S24 to S34). */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../compose.ts';
import { call, signedIn } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import { seatIdOf } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { hallMap, storeMap } from './testing.ts';

let world: TestWorld;
let house: House;
let app: FastifyInstance;
type Who = Awaited<ReturnType<typeof signedIn>>;
let vendor: Who;
let rival: Who;
let fan: Who;
let mapId: string;
beforeAll(async () => {
  world = await testWorld();
  ({ house, app } = await houseOver(world));
  [vendor, rival, fan] = (await Promise.all(
    (['vendor', 'vendor', 'user'] as const).map((role) => signedIn(world, house.accounts, role)),
  )) as [Who, Who, Who];
  mapId = await storeMap(world, hallMap({ rows: 2, seatsPerRow: 10, accessible: true }));
});
afterAll(async () => {
  await house.checkout.idle();
  await house.holds.idle();
  await app.close();
  await world.close();
});

const at = (seat: number) => seatIdOf(mapId, seat);
const ask = (
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  body?: unknown,
  who: Who = vendor,
) => call(app, method, url, { headers: who.headers, ...(body === undefined ? {} : { body }) });

async function makeEvent(over: Record<string, unknown> = {}) {
  const made = await ask('POST', '/events', {
    title: 'Kelp Night',
    type: 'concert',
    venue: { name: 'The Hall' },
    startsAt: new Date(world.clock.now() + 30 * 86_400_000).toISOString(),
    status: 'published',
    tiers: [{ name: 'Seats', priceCents: 5000, currency: 'EUR' }],
    seating: { mapId, assignment: { sections: { a: '0' } }, orphanRule: false },
    ...over,
  });
  expect(made.status, made.text).toBe(201);
  return made.body;
}

test('S25, S23: the plan is read by everybody, changed by its vendor, and fixed once somebody holds a seat', async () => {
  const event = await makeEvent();
  const url = `/events/${event.id}/seating`;
  const seen = await call(app, 'GET', url);
  expect(seen.body).toMatchObject({ eventId: event.id, dropId: event.drop.id, mapId, tierRuns: [[0, 20]] });
  const tierId = event.tiers[0].id as string;
  const rows = { mapId, assignment: { rows: { 'a/A': tierId } } };
  expect((await ask('PUT', url, rows, rival)).status).toBe(404);
  expect((await ask('PUT', url, rows, fan)).status).toBe(403);
  const changed = await ask('PUT', url, rows);
  expect(changed.body, changed.text).toMatchObject({
    tierRuns: [
      [0, 10],
      [-1, 10],
    ],
    accessibleUntil: null,
  });
  const held = await house.holds.place(fan.user.id, {
    dropId: event.drop.id,
    requestId: world.ids.next(),
    items: [{ tierId, seatIds: [at(0)] }],
  });
  expect(held.ok, JSON.stringify(held)).toBe(true);
  expect((await ask('PUT', url, rows)).body.error.code).toBe('INVALID_STATE');
  expect((await call(app, 'GET', `/events/${(await world.createEvent()).eventId}/seating`)).status).toBe(404);
});

test('S35: the rule about single seats is changed while seats are sold, and holds for the next choice', async () => {
  const event = await makeEvent();
  const url = `/events/${event.id}/seating`;
  const pick = (...seats: number[]) =>
    house.holds.place(fan.user.id, {
      dropId: event.drop.id,
      requestId: world.ids.next(),
      items: [{ tierId: event.tiers[0].id, seatIds: seats.map(at) }],
    });
  expect(await pick(1)).toMatchObject({ ok: true });
  expect((await ask('PATCH', url, { orphanRule: true }, rival)).status).toBe(404);
  expect((await ask('PATCH', url, {})).status).toBe(400);
  const changed = await ask('PATCH', url, { orphanRule: true, orphanRelaxPercent: 0 });
  expect(changed.body, changed.text).toMatchObject({ orphanRule: true, orphanRelaxPercent: 0 });
  expect(await pick(3)).toMatchObject({ ok: false, error: { code: 'ORPHAN_SEAT' } });
  expect((await ask('PATCH', url, { orphanRelaxPercent: 100 })).status).toBe(200);
  expect(await pick(3)).toMatchObject({ ok: true });
});

test('S23: a gate that knew the old plan sells by the new one at once', async () => {
  const event = await makeEvent();
  const tierId = event.tiers[0].id as string;
  const place = (seat: number) =>
    house.holds.place(fan.user.id, {
      dropId: event.drop.id,
      requestId: world.ids.next(),
      items: [{ tierId, seatIds: [at(seat)] }],
    });
  expect((await house.holds.gate.read(event.drop.id))?.tiers[0]).toMatchObject({ available: 18, kept: 2 });
  await ask('PUT', `/events/${event.id}/seating`, { mapId, assignment: { rows: { 'a/B': tierId } } });
  expect(await place(0)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await place(15)).toMatchObject({ ok: true });
});

test('S26, S27, S29: channels are made, filled, listed and let go', async () => {
  const event = await makeEvent();
  const url = `/events/${event.id}/channels`;
  const made = await ask('POST', url, { name: 'Sponsor', code: 'acme-26' });
  expect(made.status, made.text).toBe(201);
  expect(made.body).toMatchObject({ channel: 2, code: 'ACME-26', seats: 0 });
  expect((await ask('POST', url, { name: ' ', code: 'abcd' })).body.error.details.field).toBe('name');
  expect((await ask('POST', url, { name: 'x', code: 'abc' })).body.error.details.field).toBe('code');
  expect((await ask('PUT', `${url}/2/seats`, {})).status).toBe(400);
  const kept = await ask('PUT', `${url}/2/seats`, { add: [at(3), at(4)] });
  expect(kept.body, kept.text).toMatchObject({ seats: 2, free: 2, runs: [[3, 2]] });
  const { items } = (await ask('GET', url)).body;
  expect(items).toMatchObject([
    { channel: 1, name: 'Accessible seats', seats: 2 },
    { channel: 2, seats: 2 },
  ]);
  expect((await ask('GET', url, undefined, rival)).status).toBe(404);
  expect((await ask('DELETE', `${url}/2`, undefined, rival)).status).toBe(404);
  expect((await ask('DELETE', `${url}/2`)).body).toMatchObject({ seats: 0, releasedAt: expect.any(String) });
  expect((await ask('DELETE', `${url}/2`)).body.error.code).toBe('INVALID_STATE');
  expect((await ask('DELETE', `${url}/9`)).status).toBe(404);
});

test('S31, S34: a sold ticket is found by its seat and moved to another one', async () => {
  const event = await makeEvent();
  const booked = await ask(
    'POST',
    '/tickets/book',
    { eventId: event.id, items: [{ tierId: event.tiers[0].id, seatIds: [at(0)] }] },
    fan,
  );
  expect(booked.status, booked.text).toBe(201);
  const paid = await ask(
    'POST',
    '/payment',
    { orderId: booked.body.order.id, method: { provider: 'test', card: '4242424242424242' } },
    fan,
  );
  expect(paid.status, paid.text).toBe(200);
  const seat = (n: number, who: Who = vendor) =>
    ask('GET', `/events/${event.id}/seats/${at(n)}`, undefined, who);
  const found = await seat(0);
  expect(found.body, found.text).toMatchObject({ state: 'sold', ticket: { status: 'issued' } });
  expect((await seat(0, rival)).status).toBe(404);
  expect((await seat(0, fan)).status).toBe(403);
  const url = `/tickets/${found.body.ticket.id}/move`;
  expect((await ask('POST', url, { seatId: at(7) }, rival)).status).toBe(404);
  expect((await ask('POST', url, { seatId: at(7) }, fan)).status).toBe(403);
  const moved = await ask('POST', url, { seatId: at(7), reason: 'A broken chair' });
  expect(moved.body, moved.text).toMatchObject({ state: 'sold', seat: { id: at(7), row: 'A', label: '8' } });
  expect((await seat(0)).body.state).toBe('free');
  const { items } = (await ask('GET', '/me/tickets', undefined, fan)).body;
  expect(items).toMatchObject([{ seat: { id: at(7), section: 'Section A', row: 'A', label: '8' } }]);
});
