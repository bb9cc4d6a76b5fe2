/** What everybody sees of a drop's seats over HTTP (S70 to S74), from a gate made for the test and from the real one. */
import { randomBytes } from 'node:crypto';
import { gunzipSync, inflateRawSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHolds, type Holds } from '../holds/index.ts';
import { call, httpWorld } from '../http/testing.ts';
import { LIMITS } from '../limits.ts';
import { LEDGER_SEATS_VERSION, type SeatPosition, type SeatStates, unpackSeats } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { createShowSeats } from './show-states.ts';
import type { SeatsRead } from './states.ts';
import { statesRoutes } from './states-routes.ts';
import { seatEvent } from './testing.ts';

let world: TestWorld;
let app: FastifyInstance;
let real: FastifyInstance;
let holds: Holds;
/** What the test's gate has, by drop. */
const gate = new Map<string, SeatsRead>();
let reads = 0;
let away = false;
let now = 1_000_000;

async function readSeats(dropId: string, known: SeatPosition | null) {
  reads++;
  if (away) throw new Error('Connection is closed.');
  const found = gate.get(dropId) ?? null;
  return found && known?.epoch === found.epoch && known.version === found.version ? ('same' as const) : found;
}

beforeAll(async () => {
  world = await testWorld();
  holds = createHolds(world);
  const shared = { db: world.ledger.reads, log: world.log };
  const clock = { ...world.clock, now: () => now };
  const env = { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' };
  const mount = (showSeats: ReturnType<typeof createShowSeats>) =>
    httpWorld(world, { env, slices: [(to) => statesRoutes(to, { showSeats })] });
  ({ app } = await mount(createShowSeats({ ...shared, gate: { readSeats }, clock })));
  ({ app: real } = await mount(createShowSeats({ ...shared, gate: holds.gate, clock: world.clock })));
});
beforeEach(() => {
  away = false;
  now += 60_000;
});
afterAll(async () => {
  await Promise.all([app.close(), real.close()]);
  await world.close();
});

function inGate(seats: string, over: Partial<SeatsRead> = {}): string {
  const dropId = world.ids.next();
  const kept = new Uint8Array(seats.length);
  gate.set(dropId, {
    epoch: 3,
    version: 7,
    mapId: world.ids.next(),
    seats: Buffer.from(seats),
    kept,
    ...over,
  });
  return dropId;
}

/** States as digits; deflated unless `plain`. */
function shownIn(view: SeatStates, plain = false): string {
  const bytes = Buffer.from(view.states, 'base64');
  return unpackSeats(plain ? bytes : inflateRawSync(bytes), view.seats).join('');
}

const seatsOf = (dropId: string, on = app, query = '') => call(on, 'GET', `/drops/${dropId}/seats${query}`);

test('S70: each seat is free, held, sold or kept; offered ones are held, kept ones only while free', async () => {
  const kept = Uint8Array.from([0, 0, 0, 0, 1, 250, 1, 9]);
  const dropId = inGate('01230123', { kept });
  const { status, body } = await seatsOf(dropId);
  expect(status).toBe(200);
  expect(body).toMatchObject({ dropId, mapId: gate.get(dropId)!.mapId, epoch: 3, version: 7, seats: 8 });
  expect(shownIn(body as SeatStates)).toBe('01213121');
  // What is not on sale is kept for nobody: which tier a seat is, is told with the plan.
  expect(shownIn((await seatsOf(inGate('00', { kept: Uint8Array.from([255, 0]) }))).body as SeatStates)).toBe(
    '00',
  );
  // A mark this process does not know is nobody's to take.
  expect(shownIn((await seatsOf(inGate('07'))).body as SeatStates)).toBe('01');
});

test('S70: a drop that is not there, or has no seats, is NOT_FOUND', async () => {
  const plain = await world.createEvent();
  for (const id of [world.ids.next(), plain.dropId])
    for (const on of [app, real])
      expect(await seatsOf(id, on)).toMatchObject({ status: 404, body: { error: { code: 'NOT_FOUND' } } });
  expect(await seatsOf('nonsense')).toMatchObject({ status: 400 });
});

test('S70: the real gate’s seats are shown, with every hold that is placed and released', async () => {
  const event = await seatEvent(world);
  const first = (await seatsOf(event.dropId, real)).body as SeatStates;
  expect([first.mapId, first.seats]).toEqual([event.mapId, event.seats.length]);
  expect(shownIn(first)).toBe('0'.repeat(event.seats.length));
  const [userId] = await world.createUsers(1);
  const requestId = world.ids.next();
  const wanted = { seatIds: [event.seatIds[3]!, event.seatIds[4]!], tierId: event.tierIds[0]! };
  const placed = await holds.place(userId!, { dropId: event.dropId, requestId, items: [wanted] });
  if (!placed.ok) throw new Error(placed.error.code);
  const shows = (expected: string) => async () =>
    shownIn((await seatsOf(event.dropId, real)).body as SeatStates).startsWith(expected);
  await until('held', shows('0001100'));
  expect(await holds.release(userId!, placed.value.id)).toMatchObject({ ok: true });
  await holds.relayCredits();
  await until('free again', shows('0000000'));
});

test('S71: while the gate is away, claims and channels of the ledger are shown', async () => {
  const event = await seatEvent(world);
  const sql = (text: string, values: unknown[]) =>
    world.ledger.reads.all(statement('states_test', text), values);
  const claim = (seat: number, ticket: boolean) =>
    sql('insert into ticketing.seat_claims (event_id, seat, hold_id, ticket_id) values ($1, $2, $3, $4)', [
      event.eventId,
      seat,
      world.ids.next(),
      ticket ? world.ids.next() : null,
    ]);
  for (const [seat, ticket] of [
    [1, false],
    [2, true],
    [5, true],
  ] as const)
    await claim(seat, ticket);
  await world.ledger.reads.all(
    statement(
      'states_test_keep',
      'update ticketing.seats set channel = 2 where event_id = $1 and seat in (5, 6)',
    ),
    [event.eventId],
  );
  away = true;
  const { status, body, headers } = await seatsOf(event.dropId);
  expect([status, shownIn(body as SeatStates).slice(0, 8)]).toEqual([200, '01200230']);
  expect(body).toMatchObject({
    mapId: event.mapId,
    version: LEDGER_SEATS_VERSION,
    seats: event.seats.length,
  });
  // Nothing of it changed: the tag is the same. Something did: it is another one.
  now += LIMITS.tickEveryMs;
  expect((await seatsOf(event.dropId)).headers.etag).toBe(headers.etag);
  await claim(7, false);
  now += LIMITS.tickEveryMs;
  expect((await seatsOf(event.dropId)).headers.etag).not.toBe(headers.etag);
  expect(await seatsOf(world.ids.next())).toMatchObject({ status: 404 });
  // Back again, the gate is believed.
  away = false;
  now += LIMITS.tickEveryMs;
  const seats = Buffer.alloc(event.seats.length, '2');
  gate.set(event.dropId, {
    epoch: 9,
    version: 1,
    mapId: event.mapId,
    seats,
    kept: new Uint8Array(seats.length),
  });
  expect((await seatsOf(event.dropId)).body).toMatchObject({ epoch: 9, version: 1 });
});

test('S72: the ETag answers 304 until something changed, and nobody may keep an answer for long', async () => {
  const dropId = inGate('0011');
  const first = await seatsOf(dropId);
  expect(first.headers['cache-control']).toBe('public, max-age=1');
  const again = (tag: unknown) =>
    call(app, 'GET', `/drops/${dropId}/seats`, { headers: { 'if-none-match': String(tag) } });
  const known = await again(first.headers.etag);
  expect([known.status, known.text, known.headers.etag]).toEqual([304, '', first.headers.etag]);
  gate.set(dropId, { ...gate.get(dropId)!, version: 8, seats: Buffer.from('0111') });
  now += LIMITS.tickEveryMs;
  const changed = await again(first.headers.etag);
  expect([changed.status, shownIn(changed.body)]).toEqual([200, '0111']);
  expect(changed.headers.etag).not.toBe(first.headers.etag);
});

test('S72: whoever asks within a tick shares one read', async () => {
  const dropId = inGate('0123');
  const before = reads;
  await Promise.all(Array.from({ length: 30 }, () => seatsOf(dropId)));
  expect(reads).toBe(before + 1);
  now += LIMITS.tickEveryMs;
  await seatsOf(dropId);
  expect(reads).toBe(before + 2);
  // Of many drops only the last ones are kept, and the answers stay right.
  const many = Array.from({ length: LIMITS.shownDropsMax + 5 }, () => inGate('2'));
  for (const id of many) await seatsOf(id);
  expect(shownIn((await seatsOf(dropId)).body as SeatStates)).toBe('0121');
  expect(reads).toBe(before + 3 + many.length);
});

test('S72: a gate that has not answered yet is not asked again, however long it takes; what failed is', async () => {
  let asked = 0;
  let fail: (why: Error) => void = () => {};
  const show = createShowSeats({
    gate: {
      readSeats: () =>
        new Promise((_done, failed) => {
          asked++;
          fail = failed;
        }),
    },
    db: { one: () => Promise.reject(new Error('the ledger is away, too')) } as unknown as Db,
    clock: { ...world.clock, now: () => now },
    log: world.log,
  });
  const first = show('drop');
  now += LIMITS.tickEveryMs * 10;
  expect(show('drop')).toBe(first);
  fail(new Error('away'));
  await expect(first).rejects.toThrow('the ledger is away, too');
  expect(show('drop')).not.toBe(first);
  expect(asked).toBe(2);
});

test('S73: 20,000 seats in any states whatever are at most 6 KB on their way', async () => {
  const random = [...randomBytes(20_000)];
  const dropId = inGate(random.map((byte) => byte & 3).join(''), {
    kept: Uint8Array.from(random, (byte) => byte >> 7),
  });
  const answer = await app.inject({
    url: `/drops/${dropId}/seats`,
    headers: { 'accept-encoding': 'br, gzip' },
  });
  expect(answer.headers['content-encoding']).toBe('gzip');
  expect(answer.rawPayload.length).toBeLessThanOrEqual(6_144);
  const view = JSON.parse(gunzipSync(answer.rawPayload).toString()) as SeatStates;
  expect(shownIn(view)).toBe(shownIn((await seatsOf(dropId)).body as SeatStates));
});

test('S74: plain states are the same seats, packed and not deflated', async () => {
  const dropId = inGate('0120120120');
  const plain = (await seatsOf(dropId, app, '?plain=1')).body as SeatStates;
  expect(shownIn(plain, true)).toBe(shownIn((await seatsOf(dropId)).body as SeatStates));
  expect(await seatsOf(dropId, app, '?plain=2')).toMatchObject({ status: 400 });
  expect(await seatsOf(dropId, app, '?plaim=1')).toMatchObject({ status: 400 });
});
