import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type MadeEvent, type TestWorld, testWorld } from '../stores/testing.ts';
import { createDesk } from './desk.ts';
import { keyOf, SIZES } from './picture.ts';
import { aNight, form, sql } from './testing.ts';
import { bomb, picture } from './testing-files.ts';
import { type PicturesHttp, picturesHttp } from './testing-http.ts';

let event: MadeEvent;
let fanId: string;
let world: TestWorld;
let http: PicturesHttp;
beforeAll(async () => {
  world = await testWorld();
  http = await picturesHttp(world);
  ({ event, fanId } = await aNight(world));
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const rowsOf = (userId: string) =>
  sql<{ id: string; status: string }>(world, 'select id, status from pictures.images where user_id = $1', [
    userId,
  ]);
const refusal = async (made: ReturnType<typeof form>) => {
  const answer = await http.send('POST', `/users/${fanId}/upload-image`, await http.headersOf(fanId), made);
  const { error } = answer.json();
  return [answer.statusCode, error?.code, error?.details?.reason ?? error?.details?.field];
};

test.each([
  ['no event', () => form(http.jpeg), [400, 'INVALID_REQUEST', 'eventId']],
  ['no file', () => form(null, { eventId: event.eventId }), [400, 'INVALID_REQUEST', 'image']],
  [
    'an event that is no id',
    () => form(http.jpeg, { eventId: '../../x' }),
    [400, 'INVALID_REQUEST', 'eventId'],
  ],
  [
    'a field nobody asked for',
    () => form(http.jpeg, { eventId: event.eventId, x: '1' }),
    [400, 'INVALID_REQUEST', 'x'],
  ],
  [
    'a file by another name',
    () => form(http.jpeg, { eventId: event.eventId }, { name: 'file' }),
    [400, 'INVALID_REQUEST', 'file'],
  ],
  [
    'a field of too many characters',
    () => form(http.jpeg, { eventId: event.eventId, caption: 'x'.repeat(301) }),
    [400, 'INVALID_REQUEST', 'caption'],
  ],
  [
    'a field without end',
    () => form(http.jpeg, { eventId: event.eventId, caption: 'x'.repeat(9_000) }),
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
    () => form(Buffer.concat([http.jpeg, Buffer.alloc(16_000_000)]), { eventId: event.eventId }),
    [413, 'PAYLOAD_TOO_LARGE', undefined],
  ],
  [
    'a form that ends early',
    () => {
      const made = form(http.jpeg, { eventId: event.eventId });
      return { ...made, payload: made.payload.subarray(0, made.payload.length - 60) };
    },
    [400, 'INVALID_REQUEST', 'body'],
  ],
  [
    'a form without a boundary',
    () => ({ ...form(http.jpeg), headers: { 'content-type': 'multipart/form-data' } }),
    [400, 'INVALID_REQUEST', 'body'],
  ],
  [
    'two files',
    () => {
      const one = form(http.jpeg, { eventId: event.eventId });
      const two = form(http.jpeg);
      return {
        ...one,
        payload: Buffer.concat([one.payload.subarray(0, one.payload.lastIndexOf('--x-test')), two.payload]),
      };
    },
    [400, 'INVALID_REQUEST', 'body'],
  ],
] as [string, () => ReturnType<typeof form>, unknown[]][])('I6: %s', async (_what, make, expected) => {
  const before = http.store.files.size;
  expect(await refusal(make())).toEqual(expected);
  expect(http.store.files.size).toBe(before);
  expect(await rowsOf(fanId)).toEqual([]);
});

test('I5: a lying name and header change nothing', async () => {
  const png = picture('png', { width: 40, height: 30 });
  const lying = { filename: '../../etc/passwd.svg', type: 'image/svg+xml' };
  expect(await refusal(form(png, { eventId: event.eventId }, lying))).toEqual([201, undefined, undefined]);
  const [row] = await rowsOf(fanId);
  expect([...http.store.files.keys()].filter((key) => key.includes(row!.id)).sort()).toEqual(
    SIZES.map((size) => keyOf(row!.id, size)).sort(),
  );
  expect(await refusal(form(Buffer.from('<svg onload=alert(1)>'), { eventId: event.eventId }))).toEqual([
    422,
    'PICTURE_REFUSED',
    'type',
  ]);
});

test('I6: what is no form is told so', async () => {
  const answer = await http.app.inject({
    method: 'POST',
    url: `/users/${fanId}/upload-image`,
    headers: await http.headersOf(fanId),
    payload: { image: 'x' },
  });
  expect([answer.statusCode, answer.json().error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
});

test('I6: the fields may come after the file', async () => {
  const file = form(http.jpeg);
  const field = form(null, { eventId: event.eventId });
  const payload = Buffer.concat([
    file.payload.subarray(0, file.payload.lastIndexOf('--x-test')),
    field.payload,
  ]);
  expect(await refusal({ ...file, payload })).toEqual([201, undefined, undefined]);
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

test('I6: whatever bytes come as a form, the answer is one of ours and nothing is kept', async () => {
  // Up to where its content begins: with some of that, a byte that shortens it makes a whole picture of it.
  const head = http.jpeg.subarray(0, http.jpeg.indexOf(Buffer.from([0xff, 0xda])));
  const right = form(head, { eventId: event.eventId, caption: 'x' });
  const headers = { ...right.headers, ...(await http.headersOf(fanId)) };
  const before = [http.store.files.size, (await rowsOf(fanId)).length];
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(
        right.headers['content-type'],
        'multipart/form-data; boundary=',
        'multipart/form-data; boundary="\u00e9',
      ),
      async (changes, share, type) => {
        const payload = Buffer.from(right.payload.subarray(0, Math.ceil(right.payload.length * share)));
        for (const [at, value] of changes) if (payload.length > 0) payload[at % payload.length] = value;
        const answer = await http.app.inject({
          method: 'POST',
          url: `/users/${fanId}/upload-image`,
          headers: { ...headers, 'content-type': type as string },
          payload,
        });
        expect([400, 403, 404, 413, 415, 422], answer.body).toContain(answer.statusCode);
      },
    ),
    { numRuns: 150 },
  );
  expect([http.store.files.size, (await rowsOf(fanId)).length]).toEqual(before);
});

test('X44: Node’s own limits let a picture arrive, and its headers no longer than anything', () => {
  const { requestTimeout, headersTimeout } = http.app.server;
  expect(requestTimeout).toBeGreaterThan(LIMITS.uploadMs);
  expect(headersTimeout).toBe(LIMITS.bodyMs);
});
