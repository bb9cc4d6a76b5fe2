import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ERRORS, isErrorCode } from '../protocol/index.ts';
import { createPool } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld } from './testing.ts';
import { testSlice } from './testing-slice.ts';

let world: TestWorld;
let http: HttpWorld;
const ID = '01900000-0000-7000-8000-000000000001';
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world, { slices: [testSlice(world.ledger.reads)] });
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

/** One shape for every error. */
function expectError(answer: Awaited<ReturnType<typeof call>>, code: string, field?: string) {
  expect(answer.body, answer.text).toEqual({
    error: {
      code,
      message: expect.any(String),
      ...(answer.body?.error.details ? { details: expect.any(Object) } : {}),
    },
  });
  expect(isErrorCode(code) && ERRORS[code].status).toBe(answer.status);
  if (field !== undefined) expect(answer.body.error.details.field).toBe(field);
}

test('X10: unknown paths are 404 and known ones with another method 405 with Allow', async () => {
  for (const url of ['/nothing', '/t', '/t/open/more', '/events/x/y/z', '/.env', '/%2e%2e/etc/passwd'])
    expectError(await call(http.app, 'GET', url), 'NOT_FOUND');
  const wrong = await call(http.app, 'DELETE', '/t/change');
  expectError(wrong, 'METHOD_NOT_ALLOWED');
  expect(wrong.headers.allow).toBe('POST');
  const concrete = await call(http.app, 'PUT', `/t/checked/${ID}`);
  expectError(concrete, 'METHOD_NOT_ALLOWED');
  expect(concrete.headers.allow).toBe('GET, HEAD');
});

test.each([
  [{}, 'quantity'],
  [{ quantity: '3' }, 'quantity'],
  [{ quantity: 0 }, 'quantity'],
  [{ quantity: 1.5 }, 'quantity'],
  [{ quantity: 1e300 }, 'quantity'],
  [{ quantity: 1, extra: true }, 'extra'],
  [{ quantity: 1, name: 'x'.repeat(21) }, 'name'],
  [{ quantity: 1, items: [{ tierId: 'x', quantity: 1 }] }, 'items.0.tierId'],
  [{ quantity: 1, items: [{ tierId: ID, quantity: -1 }] }, 'items.0.quantity'],
  [[], 'body'],
  ['text', 'body'],
  [null, 'body'],
])('X11: the body %j is refused at its field %s', async (body, field) => {
  expectError(await call(http.app, 'POST', '/t/checked', { body }), 'INVALID_REQUEST', field);
});

test('X11: paths and queries are converted, bodies taken as they are', async () => {
  expect((await call(http.app, 'GET', `/t/checked/${ID}?limit=5&all=true`)).body).toEqual({
    id: ID,
    limit: 5,
    all: true,
  });
  expect((await call(http.app, 'GET', `/t/checked/${ID}`)).body).toEqual({ id: ID, limit: 20 });
  expectError(await call(http.app, 'GET', '/t/checked/not-a-uuid'), 'INVALID_REQUEST', 'id');
  expectError(await call(http.app, 'GET', `/t/checked/${ID}?limit=1000`), 'INVALID_REQUEST', 'limit');
  const body = { quantity: 2, name: ' as it is ', items: [{ tierId: ID, bestAvailable: 2 }] };
  expect((await call(http.app, 'POST', '/t/checked', { body })).body).toEqual(body);
});

test.each([
  ['{"quantity": 1', 'INVALID_REQUEST'],
  ['{"quantity": 1, "__proto__": {"admin": true}}', 'INVALID_REQUEST'],
  ['{"quantity": 1, "constructor": {"prototype": {"admin": true}}}', 'INVALID_REQUEST'],
  ['', 'INVALID_REQUEST'],
  [`{"name": "${'x'.repeat(70_000)}"}`, 'PAYLOAD_TOO_LARGE'],
  ['['.repeat(20_000), 'INVALID_REQUEST'],
])('X12: the payload %.40j… is refused', async (payload, code) => {
  const answer = await http.app.inject({
    method: 'POST',
    url: '/t/checked',
    payload,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.json().error.code).toBe(code);
  expect(answer.statusCode).toBe(isErrorCode(code) && ERRORS[code].status);
});

test('X12: addresses that do not decode, and text that cannot be stored, are 400', async () => {
  expectError(await call(http.app, 'GET', '/t/%zz'), 'INVALID_REQUEST', 'url');
  expectError(
    await call(http.app, 'POST', '/t/store', { body: { text: 'nul \u0000 inside' } }),
    'INVALID_REQUEST',
  );
  expectError(await call(http.app, 'GET', `/t/checked/${'a'.repeat(5_000)}`), 'NOT_FOUND');
});

test('X12: what is not even HTTP gets the same shape', async () => {
  await http.app.listen({ port: 0, host: '127.0.0.1' });
  const address = http.app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const reply = await new Promise<string>((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write('NOT HTTP AT ALL\r\n\r\n'));
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
  expect(reply).toMatch(/^HTTP\/1\.1 400 /);
  expect(JSON.parse(reply.split('\r\n\r\n')[1] ?? '').error.code).toBe('INVALID_REQUEST');
});

test('X13: a defect tells the caller its request id and nothing of our insides', async () => {
  const answer = await call(http.app, 'GET', '/t/defect');
  expectError(answer, 'INTERNAL');
  expect(answer.body.error.details).toEqual({ requestId: answer.headers['x-request-id'] });
  expect(answer.text).not.toMatch(/secret_column|inside\.ts|Error/);
});

test('X15: a refusal that will pass says when to come back', async () => {
  const answer = await call(http.app, 'GET', '/t/refused');
  expectError(answer, 'TEMPORARILY_UNAVAILABLE');
  expect(answer.headers['retry-after']).toBe('3');
});

test('X15: with the ledger away requests are told to come back, and work once it is there', async () => {
  const nowhere = createPool(
    {
      url: 'postgres://nobody@127.0.0.1:1/none',
      max: 1,
      statementTimeoutMs: 500,
      lockTimeoutMs: 500,
      name: 'nowhere',
    },
    world.log,
  );
  const broken = await httpWorld(world, {
    accounts: { ledger: { ...world.ledger, payments: nowhere } },
    slices: [testSlice(nowhere)],
  });
  const login = await call(broken.app, 'POST', '/login', {
    body: { email: 'a@b.test', password: 'Correct-horse-9-battery' },
  });
  expectError(login, 'TEMPORARILY_UNAVAILABLE');
  expect(Number(login.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expectError(await call(broken.app, 'POST', '/t/store', { body: { text: 'x' } }), 'TEMPORARILY_UNAVAILABLE');
  await broken.app.close();
  await nowhere.end();
  expect((await call(http.app, 'POST', '/t/store', { body: { text: 'x' } })).body).toEqual({ text: 'x' });
});

test('X15: a statement that takes too long is told to come back', async () => {
  const hasty = createPool(
    { url: world.databaseUrl, max: 1, statementTimeoutMs: 50, lockTimeoutMs: 25, name: 'hasty' },
    world.log,
  );
  const slow = await httpWorld(world, {
    slices: [
      (app) =>
        void app.get('/t/sleep', { config: { access: 'public' } }, () =>
          hasty.raw.query('select pg_sleep(5)'),
        ),
    ],
  });
  expectError(await call(slow.app, 'GET', '/t/sleep'), 'TEMPORARILY_UNAVAILABLE');
  await slow.app.close();
  await hasty.end();
});
