import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import { call, type HttpWorld, httpWorld, signedIn } from './testing.ts';
import { testSlice } from './testing-slice.ts';

let world: TestWorld;
let http: HttpWorld;
beforeAll(async () => {
  world = await testWorld();
  http = await httpWorld(world, { slices: [testSlice(world.ledger.reads)] });
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

const from = (address: string, url = '/t/slow-lane', headers: Record<string, string> = {}) =>
  call(http.app, 'GET', url, { remoteAddress: address, headers });

test('X20: a route lets its burst through, then answers 429 with Retry-After', async () => {
  const codes = (await Promise.all(Array.from({ length: 12 }, () => from('192.0.2.20')))).map(
    (answer) => answer.status,
  );
  expect(codes.filter((status) => status === 200)).toHaveLength(5);
  const refused = await from('192.0.2.20');
  expect(refused.body.error.code).toBe('RATE_LIMITED');
  const wait = Number(refused.headers['retry-after']);
  expect(wait).toBeGreaterThanOrEqual(1);
  expect(wait).toBeLessThanOrEqual(12);
});

test('X21: accounts are counted apart from each other and from their address; a /64 is one address', async () => {
  const [one, two] = [await signedIn(world, http.accounts), await signedIn(world, http.accounts)];
  const burst = async (headers: Record<string, string>, addresses: string[]) => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        from(addresses[i % addresses.length] as string, '/t/slow-lane', headers),
      ),
    );
    return answers.filter((answer) => answer.status === 200).length;
  };
  expect(await burst(one.headers, ['192.0.2.21', '192.0.2.22', '192.0.2.23'])).toBe(5);
  expect(await burst(two.headers, ['192.0.2.21'])).toBe(5);
  expect(await burst({}, ['192.0.2.21'])).toBe(5);
  expect(await burst({}, ['2001:db8:1:1::1', '2001:db8:1:1:ffff::2', '2001:db8:1:1:1:2:3:4'])).toBe(5);
  expect(await burst({}, ['2001:db8:1:2::1'])).toBe(5);
  expect(await burst({}, ['::ffff:192.0.2.21'])).toBe(0);
});

test('X21: guessing tokens counts against the address', async () => {
  const guess = () => from('192.0.2.24', '/t/mine', { authorization: 'Bearer x.y.z' });
  const codes = (
    await Promise.all(Array.from({ length: LIMITS.httpRequestsPerMinutePerAddress + 20 }, guess))
  ).map((answer) => answer.status);
  expect(codes.filter((status) => status === 429).length).toBeGreaterThan(0);
  expect(codes.filter((status) => status === 401).length).toBeLessThanOrEqual(
    LIMITS.httpRequestsPerMinutePerAddress + 10,
  );
});

test("X22: a spoofed X-Forwarded-For changes nothing; a trusted proxy's counts, and only its last hop", async () => {
  const spoofed = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      from('192.0.2.25', '/t/slow-lane', { 'x-forwarded-for': `198.51.100.${i}` }),
    ),
  );
  expect(spoofed.filter((answer) => answer.status === 200)).toHaveLength(5);
  const proxied = await httpWorld(world, {
    env: { HOLDFAST_PROXIES: '10.0.0.0/8' },
    slices: [testSlice(world.ledger.reads)],
  });
  const ipOf = async (remoteAddress: string, forwarded: string) =>
    (
      await call(proxied.app, 'GET', '/t/open', {
        remoteAddress,
        headers: { 'x-forwarded-for': forwarded },
      })
    ).body.ip;
  expect(await ipOf('10.0.0.1', '198.51.100.7')).toBe('198.51.100.7');
  expect(await ipOf('10.0.0.1', '203.0.113.9, 198.51.100.7')).toBe('198.51.100.7');
  expect(await ipOf('192.0.2.26', '198.51.100.7')).toBe('192.0.2.26');
  await proxied.app.close();
});

test('X23: exempt networks are not limited', async () => {
  const exempt = await httpWorld(world, {
    env: { HOLDFAST_EXEMPT_NETWORKS: '192.0.2.0/24,2001:db8::/32' },
    slices: [testSlice(world.ledger.reads)],
  });
  for (const remoteAddress of ['192.0.2.27', '2001:db8::1', '::ffff:192.0.2.28']) {
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => call(exempt.app, 'GET', '/t/slow-lane', { remoteAddress })),
    );
    expect(
      answers.every((answer) => answer.status === 200),
      remoteAddress,
    ).toBe(true);
  }
  await exempt.app.close();
});

test('X24: with Redis gone each process goes on limiting, writes too', async () => {
  const own = await testWorld();
  const cut = await httpWorld(own, {
    slices: [
      (app) =>
        void app.post('/t/write', { config: { access: 'public', perMinute: 5 } }, () => ({ ok: true })),
    ],
  });
  own.gate.disconnect();
  await until('the gate is gone', () => own.gate.status === 'end');
  const answers = await Promise.all(
    Array.from({ length: 12 }, () =>
      call(cut.app, 'POST', '/t/write', { body: {}, remoteAddress: '192.0.2.29' }),
    ),
  );
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(5);
  expect(answers.filter((answer) => answer.status === 429)).toHaveLength(7);
  const ready = await call(cut.app, 'GET', '/readyz');
  expect(ready.status).toBe(503);
  await cut.app.close();
  await own.close();
});
