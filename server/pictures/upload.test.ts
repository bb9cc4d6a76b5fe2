import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Accounts } from '../accounts/index.ts';
import { httpWorld } from '../http/testing.ts';
import type { Role } from '../protocol/index.ts';
import { type MadeEvent, type TestWorld, testWorld } from '../stores/testing.ts';
import { createDesk } from './desk.ts';
import { type Pictures, pictureRoutes } from './index.ts';
import { keyOf, SIZES } from './picture.ts';
import {
  aNight,
  daysFromNow,
  form,
  giveTicket,
  memoryStore,
  picturesOf,
  sql,
  type Ticket,
} from './testing.ts';
import { bomb, picture } from './testing-files.ts';

let world: TestWorld;
let app: FastifyInstance;
let accounts: Accounts;
let pictures: Pictures;
const store = memoryStore();
let jpeg: Buffer;

beforeAll(async () => {
  world = await testWorld();
  jpeg = picture('jpeg');
  pictures = picturesOf(world, { store });
  ({ app, accounts } = await httpWorld(world, {
    env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' },
    slices: [(scope) => pictureRoutes(scope, { pictures })],
  }));
});
afterAll(async () => {
  await app.close();
  await world.close();
});

async function as(userId: string): Promise<{ authorization: string }> {
  const session = await accounts.signInAs(userId);
  if (!session.ok) throw new Error(session.error.code);
  return { authorization: `Bearer ${session.value.accessToken}` };
}
const someone = async (role: Role = 'user') => {
  const { id } = await world.createUser(role);
  return { id, headers: await as(id) };
};

async function send(
  url: string,
  by: { authorization: string },
  made: ReturnType<typeof form>,
  method: 'POST' | 'PUT' = 'POST',
) {
  const answer = await app.inject({
    method,
    url,
    headers: { ...made.headers, ...by },
    payload: made.payload,
  });
  return { status: answer.statusCode, body: answer.json(), headers: answer.headers };
}
async function upload(userId: string, fields: Record<string, string>, image: Buffer | null = jpeg) {
  return send(`/users/${userId}/upload-image`, await as(userId), form(image, fields));
}
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
    width: 320,
    height: 200,
    url: `/images/${body.id}`,
  });
  for (const size of SIZES) expect(store.files.has(keyOf(body.id, size))).toBe(true);
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
      const fan = await someone();
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
    const fan = await someone();
    for (const eventId of [draft.eventId, world.ids.next()])
      expect((await upload(fan.id, { eventId })).body.error.code).toBe('NOT_FOUND');
  });
});

describe('whose', () => {
  test('I2: under another’s account nothing is added or deleted', async () => {
    const { event, fanId } = await aNight(world);
    const { body } = await upload(fanId, { eventId: event.eventId });
    for (const role of ['user', 'vendor'] as const) {
      const other = await someone(role);
      const made = form(jpeg, { eventId: event.eventId });
      expect((await send(`/users/${fanId}/upload-image`, other.headers, made)).status).toBe(404);
      for (const userId of [fanId, other.id]) {
        const url = `/users/${userId}/images/${body.id}`;
        expect((await app.inject({ method: 'DELETE', url, headers: other.headers })).statusCode).toBe(404);
      }
    }
    expect(await rowsOf(fanId)).toHaveLength(1);
  });

  test('I2: its owner deletes it for good, files and all', async () => {
    const { event, fanId } = await aNight(world);
    const { body } = await upload(fanId, { eventId: event.eventId });
    const url = `/users/${fanId}/images/${body.id}`;
    expect((await app.inject({ method: 'DELETE', url, headers: await as(fanId) })).statusCode).toBe(204);
    expect(await rowsOf(fanId)).toEqual([]);
    expect([...store.files.keys()].filter((key) => key.includes(body.id))).toEqual([]);
    expect((await app.inject(`/images/${body.id}`)).statusCode).toBe(404);
    expect((await app.inject({ method: 'DELETE', url, headers: await as(fanId) })).statusCode).toBe(404);
    expect(await sql(world, 'select 1 from pictures.decisions where image_id = $1', [body.id])).toEqual([]);
  });

  test('I2: an operator deletes anybody’s, and that is logged', async () => {
    const { event, fanId } = await aNight(world);
    const { body } = await upload(fanId, { eventId: event.eventId });
    const operator = await someone('operator');
    const url = `/users/${fanId}/images/${body.id}`;
    expect((await app.inject({ method: 'DELETE', url, headers: operator.headers })).statusCode).toBe(204);
    expect(
      await sql(world, 'select actor_id, action from pictures.decisions where image_id = $1', [body.id]),
    ).toEqual([{ actor_id: operator.id, action: 'remove' }]);
  });
});

test('I3: ten pictures of one night, however many arrive at once; deleting makes room', async () => {
  const { event, fanId } = await aNight(world);
  const fields = { eventId: event.eventId };
  // Past the early look together: only the ledger stands between them.
  const answers = await Promise.all(Array.from({ length: 14 }, () => pictures.upload(fanId, fields, jpeg)));
  expect(answers.filter((answer) => answer.ok)).toHaveLength(10);
  for (const answer of answers)
    if (!answer.ok) expect(answer.error).toMatchObject({ code: 'PICTURE_LIMIT', details: { max: 10 } });
  const rows = await rowsOf(fanId);
  expect(rows).toHaveLength(10);
  expect((await upload(fanId, fields)).body.error.code).toBe('PICTURE_LIMIT');
  const account = { id: fanId, role: 'user' as const, name: 'Fay Fan', sessionId: 's' };
  await pictures.remove(account, fanId, rows[3]!.id);
  expect((await upload(fanId, fields)).status).toBe(201);
  // Another night, or another fan of the same one, is counted by itself.
  const other = await someone();
  await giveTicket(world, event, other.id, 'redeemed');
  expect((await upload(other.id, fields)).status).toBe(201);
});

describe('bounds', () => {
  let event: MadeEvent;
  let fanId: string;
  beforeAll(async () => {
    ({ event, fanId } = await aNight(world));
  });
  const refusal = async (made: ReturnType<typeof form>) => {
    const { status, body } = await send(`/users/${fanId}/upload-image`, await as(fanId), made);
    return [status, body.error?.code, body.error?.details?.reason ?? body.error?.details?.field];
  };

  test.each([
    ['no event', () => form(jpeg), [400, 'INVALID_REQUEST', 'eventId']],
    ['no file', () => form(null, { eventId: event.eventId }), [400, 'INVALID_REQUEST', 'image']],
    ['an event that is no id', () => form(jpeg, { eventId: '../../x' }), [400, 'INVALID_REQUEST', 'eventId']],
    [
      'a field nobody asked for',
      () => form(jpeg, { eventId: event.eventId, x: '1' }),
      [400, 'INVALID_REQUEST', 'x'],
    ],
    [
      'a file by another name',
      () => form(jpeg, { eventId: event.eventId }, { name: 'file' }),
      [400, 'INVALID_REQUEST', 'file'],
    ],
    [
      'a field of too many characters',
      () => form(jpeg, { eventId: event.eventId, caption: 'x'.repeat(301) }),
      [400, 'INVALID_REQUEST', 'caption'],
    ],
    [
      'a field without end',
      () => form(jpeg, { eventId: event.eventId, caption: 'x'.repeat(9_000) }),
      [400, 'INVALID_REQUEST', 'caption'],
    ],
    [
      'an empty file',
      () => form(Buffer.alloc(0), { eventId: event.eventId }),
      [422, 'PICTURE_REFUSED', 'empty'],
    ],
    [
      'too many pixels',
      () => form(bomb(30_000, 30_000), { eventId: event.eventId }),
      [422, 'PICTURE_REFUSED', 'pixels'],
    ],
    [
      'too many bytes',
      () => form(Buffer.concat([jpeg, Buffer.alloc(16_000_000)]), { eventId: event.eventId }),
      [413, 'PAYLOAD_TOO_LARGE', undefined],
    ],
    [
      'a form that ends early',
      () => {
        const made = form(jpeg, { eventId: event.eventId });
        return { ...made, payload: made.payload.subarray(0, made.payload.length - 60) };
      },
      [400, 'INVALID_REQUEST', 'body'],
    ],
    [
      'a form without a boundary',
      () => ({ ...form(jpeg), headers: { 'content-type': 'multipart/form-data' } }),
      [400, 'INVALID_REQUEST', 'body'],
    ],
    [
      'two files',
      () => {
        const one = form(jpeg, { eventId: event.eventId });
        const two = form(jpeg);
        return {
          ...one,
          payload: Buffer.concat([one.payload.subarray(0, one.payload.lastIndexOf('--x-test')), two.payload]),
        };
      },
      [400, 'INVALID_REQUEST', 'body'],
    ],
  ] as [string, () => ReturnType<typeof form>, unknown[]][])('I6: %s', async (_what, make, expected) => {
    const before = store.files.size;
    expect(await refusal(make())).toEqual(expected);
    expect(store.files.size).toBe(before);
    expect(await rowsOf(fanId)).toEqual([]);
  });

  test('I5: a lying name and header change nothing', async () => {
    const png = picture('png', { width: 40, height: 30 });
    const lying = { filename: '../../etc/passwd.svg', type: 'image/svg+xml' };
    expect(await refusal(form(png, { eventId: event.eventId }, lying))).toEqual([201, undefined, undefined]);
    const [row] = await rowsOf(fanId);
    expect([...store.files.keys()].filter((key) => key.includes(row!.id)).sort()).toEqual(
      SIZES.map((size) => keyOf(row!.id, size)).sort(),
    );
    expect(await refusal(form(Buffer.from('<svg onload=alert(1)>'), { eventId: event.eventId }))).toEqual([
      422,
      'PICTURE_REFUSED',
      'type',
    ]);
  });

  test('I6: what is no form is told so', async () => {
    const answer = await app.inject({
      method: 'POST',
      url: `/users/${fanId}/upload-image`,
      headers: await as(fanId),
      payload: { image: 'x' },
    });
    expect([answer.statusCode, answer.json().error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test('I6: the fields may come after the file', async () => {
    const file = form(jpeg);
    const field = form(null, { eventId: event.eventId });
    const payload = Buffer.concat([
      file.payload.subarray(0, file.payload.lastIndexOf('--x-test')),
      field.payload,
    ]);
    expect(await refusal({ ...file, payload })).toEqual([201, undefined, undefined]);
  });
});

test('I9: only so many at once, and one in the making; who is refused may come again', async () => {
  const desk = createDesk(2);
  let making = 0;
  let most = 0;
  const open: (() => void)[] = [];
  const work = () =>
    desk.inTurn(async () => {
      most = Math.max(most, ++making);
      await new Promise<void>((resolve) => open.push(resolve));
      making--;
      return { ok: true, value: 'made' } as const;
    });
  const [first, second, third] = [desk.enter(work), desk.enter(work), desk.enter(work)];
  expect(await third).toMatchObject({
    ok: false,
    error: { code: 'TEMPORARILY_UNAVAILABLE', details: { retryAfterMs: 5_000 } },
  });
  open.shift()?.();
  expect((await first).ok).toBe(true);
  const fourth = desk.enter(work);
  while (making > 0 || open.length > 0) {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([(await second).ok, (await fourth).ok]).toEqual([true, true]);
  expect(most).toBe(1);
});

test('I9: work that fails leaves the desk as it was', async () => {
  const desk = createDesk(1);
  for (let i = 0; i < 3; i++)
    await expect(desk.enter(() => desk.inTurn(() => Promise.reject(new Error('broken'))))).rejects.toThrow(
      'broken',
    );
  expect(await desk.enter(async () => ({ ok: true, value: 1 }))).toEqual({ ok: true, value: 1 });
});
