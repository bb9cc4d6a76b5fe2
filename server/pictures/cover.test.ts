import { afterAll, beforeAll, expect, test } from 'vitest';
import { readEvent } from '../catalog/read.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { daysFromNow, form, giveTicket, sql } from './testing.ts';
import { type Headers, type PicturesHttp, picturesHttp } from './testing-http.ts';

let operator: { id: string; headers: Headers };

let world: TestWorld;
let http: PicturesHttp;
beforeAll(async () => {
  world = await testWorld();
  http = await picturesHttp(world);
  operator = await http.someone('operator');
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const put = (eventId: string, headers: Headers, image = http.jpeg) =>
  http.send('PUT', `/events/${eventId}/image`, headers, form(image));
const imageUrl = async (eventId: string) => {
  const event = await readEvent(world.ledger.reads, eventId, null);
  return event.ok ? event.value.imageUrl : event.error.code;
};

test('I4: its vendor puts, replaces and takes it away; the one before goes, files and all', async () => {
  const event = await world.createEvent();
  const headers = await http.headersOf(event.vendorId);
  expect(await imageUrl(event.eventId)).toBeNull();
  const first = (await put(event.eventId, headers)).json().imageUrl;
  expect(await imageUrl(event.eventId)).toBe(first);
  expect((await http.get(`${first}/small`)).statusCode).toBe(200);
  const second = (await put(event.eventId, headers)).json().imageUrl;
  expect(await imageUrl(event.eventId)).toBe(second);
  expect((await http.get(first)).statusCode).toBe(404);
  expect([...http.store.files.keys()].some((key) => key.includes(first.slice(8)))).toBe(false);
  expect((await put(event.eventId, headers, Buffer.from('no picture'))).json().error.code).toBe(
    'PICTURE_REFUSED',
  );
  expect(await imageUrl(event.eventId)).toBe(second);
  for (let i = 0; i < 2; i++)
    expect(
      (await http.app.inject({ method: 'DELETE', url: `/events/${event.eventId}/image`, headers }))
        .statusCode,
    ).toBe(204);
  expect(await imageUrl(event.eventId)).toBeNull();
});

test('I4: nobody else does; an operator may', async () => {
  const event = await world.createEvent();
  const stranger = await http.someone('vendor');
  expect((await put(event.eventId, stranger.headers)).statusCode).toBe(404);
  expect((await put(event.eventId, (await http.someone()).headers)).statusCode).toBe(403);
  expect((await put(event.eventId, operator.headers)).statusCode).toBe(200);
  const gone = await http.app.inject({
    method: 'DELETE',
    url: `/events/${event.eventId}/image`,
    headers: stranger.headers,
  });
  expect(gone.statusCode).toBe(404);
  expect(await imageUrl(event.eventId)).toMatch(/^\/images\//);
});

test('I4: of several at once one stays, and it is the one the event names', async () => {
  const event = await world.createEvent();
  const vendor = { id: event.vendorId, role: 'vendor' as const, name: 'V', sessionId: 's' };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => http.pictures.putCover(vendor, event.eventId, http.jpeg)),
  );
  expect(answers.every((answer) => answer.ok)).toBe(true);
  const rows = await sql<{ id: string }>(world, 'select id from pictures.images where event_id = $1', [
    event.eventId,
  ]);
  expect(rows).toHaveLength(1);
  expect(await imageUrl(event.eventId)).toBe(`/images/${rows[0]?.id}`);
});

test('I4: a hidden cover is not shown, and is no fan’s picture', async () => {
  const event = await world.createEvent({ startAt: daysFromNow(-2) });
  await giveTicket(world, event, event.vendorId, 'redeemed');
  const url: string = (await put(event.eventId, await http.headersOf(event.vendorId))).json().imageUrl;
  expect((await http.get(`/events/${event.eventId}/images`)).body).not.toContain(url);
  expect((await http.get(`/users/${event.vendorId}/images`)).json().items).toEqual([]);
  expect((await http.decide(operator.headers, 'hide', url.slice(8))).json()).toMatchObject({
    kind: 'cover',
    hidden: true,
  });
  expect(await imageUrl(event.eventId)).toBeNull();
});
