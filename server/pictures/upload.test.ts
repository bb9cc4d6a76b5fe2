import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { keyOf, SIZES } from './picture.ts';
import { aNight, daysFromNow, form, giveTicket, sql, type Ticket } from './testing.ts';
import { type PicturesHttp, picturesHttp } from './testing-http.ts';

let world: TestWorld;
let http: PicturesHttp;
beforeAll(async () => {
  world = await testWorld();
  http = await picturesHttp(world);
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const upload = async (userId: string, fields: Record<string, string>) => {
  const answer = await http.send(
    'POST',
    `/users/${userId}/upload-image`,
    await http.headersOf(userId),
    form(http.jpeg, fields),
  );
  return { status: answer.statusCode, body: answer.json() };
};
const rowsOf = (userId: string) =>
  sql<{ id: string; status: string }>(world, 'select id, status from pictures.images where user_id = $1', [
    userId,
  ]);

test('I1: who was there adds a picture; it is there in both sizes', async () => {
  const { event, fanId } = await aNight(world);
  const { status, body } = await upload(fanId, { eventId: event.eventId, caption: '  The last\n song ' });
  expect(status, JSON.stringify(body)).toBe(201);
  expect(body).toMatchObject({
    eventId: event.eventId,
    caption: 'The last song',
    width: 900,
    height: 600,
    url: `/images/${body.id}`,
  });
  for (const size of SIZES) expect(http.store.files.has(keyOf(body.id, size))).toBe(true);
  expect(await rowsOf(fanId)).toEqual([{ id: body.id, status: 'shown' }]);
});

describe('who was there', () => {
  const cases: [Ticket | null, number, 'published' | 'canceled', number][] = [
    ['redeemed', 0, 'published', 201],
    ['redeemed', -2, 'published', 201],
    ['redeemed', -2, 'canceled', 403],
    ['issued', -2, 'published', 201],
    ['issued', 0, 'published', 403],
    ['issued', 5, 'published', 403],
    ['transferred', -2, 'published', 201],
    ['transferred', 5, 'published', 403],
    ['refunded', -2, 'published', 403],
    ['canceled', -2, 'published', 403],
    [null, -2, 'published', 403],
  ];
  test.each(cases)(
    'I1: a ticket that is %s, %i days from the start, event %s: %i',
    async (ticket, days, status, expected) => {
      const event = await world.createEvent({ startAt: daysFromNow(days), status });
      const fan = await http.someone();
      if (ticket) await giveTicket(world, event, fan.id, ticket);
      const answer = await upload(fan.id, { eventId: event.eventId });
      expect(answer.status).toBe(expected);
      if (expected === 403) {
        expect(answer.body.error.code).toBe('NOT_ATTENDED');
        expect(await rowsOf(fan.id)).toEqual([]);
      }
    },
  );

  test('I1: an event that nobody may see, or that is none, is not found', async () => {
    const draft = await world.createEvent({ status: 'draft', drop: null });
    const fan = await http.someone();
    for (const eventId of [draft.eventId, world.ids.next()])
      expect((await upload(fan.id, { eventId })).body.error.code).toBe('NOT_FOUND');
  });
});

describe('whose', () => {
  test('I2: under another’s account nothing is added or deleted', async () => {
    const { event, fanId } = await aNight(world);
    const { body } = await upload(fanId, { eventId: event.eventId });
    for (const role of ['user', 'vendor'] as const) {
      const other = await http.someone(role);
      const made = form(http.jpeg, { eventId: event.eventId });
      expect((await http.send('POST', `/users/${fanId}/upload-image`, other.headers, made)).statusCode).toBe(
        404,
      );
      for (const userId of [fanId, other.id]) {
        const url = `/users/${userId}/images/${body.id}`;
        expect((await http.app.inject({ method: 'DELETE', url, headers: other.headers })).statusCode).toBe(
          404,
        );
      }
    }
    expect(await rowsOf(fanId)).toHaveLength(1);
  });

  test('I2: its owner deletes it for good, files and all', async () => {
    const { event, fanId } = await aNight(world);
    const { body } = await upload(fanId, { eventId: event.eventId });
    const url = `/users/${fanId}/images/${body.id}`;
    expect(
      (await http.app.inject({ method: 'DELETE', url, headers: await http.headersOf(fanId) })).statusCode,
    ).toBe(204);
    expect(await rowsOf(fanId)).toEqual([]);
    expect([...http.store.files.keys()].filter((key) => key.includes(body.id))).toEqual([]);
    expect((await http.app.inject(`/images/${body.id}`)).statusCode).toBe(404);
    expect(
      (await http.app.inject({ method: 'DELETE', url, headers: await http.headersOf(fanId) })).statusCode,
    ).toBe(404);
    expect(await sql(world, 'select 1 from pictures.decisions where image_id = $1', [body.id])).toEqual([]);
  });

  test('I2: an operator deletes anybody’s, and that is logged', async () => {
    const { event, fanId } = await aNight(world);
    const { body } = await upload(fanId, { eventId: event.eventId });
    const operator = await http.someone('operator');
    const url = `/users/${fanId}/images/${body.id}`;
    expect((await http.app.inject({ method: 'DELETE', url, headers: operator.headers })).statusCode).toBe(
      204,
    );
    expect(
      await sql(world, 'select actor_id, action from pictures.decisions where image_id = $1', [body.id]),
    ).toEqual([{ actor_id: operator.id, action: 'remove' }]);
  });
});

test('I3: ten pictures of one night, however many arrive at once; deleting makes room', async () => {
  const { event, fanId } = await aNight(world);
  const fields = { eventId: event.eventId };
  // Past the early look together: only the ledger stands between them.
  const answers = await Promise.all(
    Array.from({ length: 14 }, () => http.pictures.upload(fanId, fields, http.jpeg)),
  );
  expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
  for (const answer of answers)
    if (!answer.ok) expect(answer.error).toMatchObject({ code: 'PICTURE_LIMIT', details: { max: 10 } });
  const rows = await rowsOf(fanId);
  expect(rows).toHaveLength(10);
  expect((await upload(fanId, fields)).body.error.code).toBe('PICTURE_LIMIT');
  const account = { id: fanId, role: 'user' as const, name: 'Fay Fan', sessionId: 's' };
  await http.pictures.remove(account, fanId, rows[3]!.id);
  expect((await upload(fanId, fields)).status).toBe(201);
  // Another night, or another fan of the same one, is counted by itself.
  const other = await http.someone();
  await giveTicket(world, event, other.id, 'redeemed');
  expect((await upload(other.id, fields)).status).toBe(201);
});
