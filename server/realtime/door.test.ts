import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ERRORS } from '../protocol/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import {
  ask,
  connected,
  dial,
  type EdgeProcess,
  hangUpAll,
  heard,
  outcome,
  RING,
  rawDial,
  spawnEdge,
  tokenFor,
} from './testing-edges.ts';

let world: TestWorld;
let edge: EdgeProcess;
let listed: EdgeProcess;

beforeAll(async () => {
  world = await testWorld();
  [edge, listed] = await Promise.all([
    spawnEdge(world),
    spawnEdge(world, { HOLDFAST_ORIGINS: 'https://tickets.example', NODE_ENV: 'production' }),
  ]);
});
afterEach(hangUpAll);
afterAll(async () => {
  await Promise.all([edge.stop(), listed.stop()]);
  await world.close();
});

test('R1: an absent Origin passes, and so does a listed one', async () => {
  expect(await outcome(dial(listed.port, tokenFor(world)))).toBe('connected');
  expect(await outcome(dial(listed.port, tokenFor(world), { origin: 'https://tickets.example' }))).toBe(
    'connected',
  );
});

test.each([
  'https://evil.example',
  'null',
  'https://tickets.example.evil.example',
  'https://eviltickets.example',
  'http://tickets.example',
  'https://tickets.example:8443',
  'https://tickets.example@evil.example',
  'https://tickets.example/path',
  'file://',
  'not an origin',
])('R1: the Origin %s is refused before there is a socket', async (origin) => {
  const raw = await rawDial(listed.port, { Origin: origin });
  expect(raw.status).toContain('403');
  await until('body', () => raw.received().includes('ORIGIN_REFUSED'));
  raw.tcp.destroy();
});

test('R2: in development a page of the same host on another port passes, a foreign one does not', async () => {
  const same = await rawDial(edge.port, { Origin: 'http://127.0.0.1:3000' });
  const local = await rawDial(edge.port, { Origin: 'http://localhost:5173' });
  const evil = await rawDial(edge.port, { Origin: 'http://127.0.0.1.evil.example:3000' });
  expect([same.status, local.status, evil.status].map((s) => s.split(' ')[1])).toEqual(['101', '101', '403']);
  for (const raw of [same, local, evil]) raw.tcp.destroy();
});

test('R3: long-polling is not there at all', async () => {
  const answer = await fetch(`http://127.0.0.1:${edge.port}/socket.io/?EIO=4&transport=polling`, {
    headers: { origin: 'https://evil.example' },
  });
  expect(answer.status).toBe(400);
  expect((await fetch(`http://127.0.0.1:${edge.port}/anything`)).status).toBe(404);
});

const claims = (over: object) => ({
  sub: 'x',
  sid: 'y',
  role: 'user',
  name: 'Fan',
  iat: 1,
  exp: 4_000_000_000,
  ...over,
});
const forgeries: [string, () => unknown, string][] = [
  ['no token', () => undefined, 'UNAUTHENTICATED'],
  ['an empty one', () => '', 'UNAUTHENTICATED'],
  ['a number', () => 7, 'UNAUTHENTICATED'],
  ['an object', () => ({ a: 1 }), 'UNAUTHENTICATED'],
  ['a huge one', () => 'x'.repeat(10_000), 'UNAUTHENTICATED'],
  ['a flipped signature', () => tokenFor(world).replace(/.{4}$/, 'AAAA'), 'UNAUTHENTICATED'],
  ['one of another purpose', () => RING.signToken('turn', claims({})), 'UNAUTHENTICATED'],
  [
    'algorithm none',
    () =>
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims({}))).toString('base64url')}.`,
    'UNAUTHENTICATED',
  ],
  ['an expired one', () => tokenFor(world, { ttlSeconds: -60 }), 'TOKEN_EXPIRED'],
];
test.each(forgeries)('R4: a socket with %s is refused with a code', async (_what, token, code) => {
  const result = await outcome(dial(edge.port, token()));
  expect(result).not.toBe('connected');
  expect((result as { data?: unknown }).data).toEqual({
    code,
    message: ERRORS[code as 'UNAUTHENTICATED'].message,
  });
});

test('R5: a cookie never stands in for the token', async () => {
  const result = await outcome(dial(edge.port, undefined, { cookie: `holdfast=${tokenFor(world)}` }));
  expect((result as { data?: { code: string } }).data?.code).toBe('UNAUTHENTICATED');
});

test('R6: a revoked session loses its sockets within 5 s, other sessions keep theirs', async () => {
  const [sid, other] = [world.ids.next(), world.ids.next()];
  const mine = await connected(edge.port, tokenFor(world, { sid }));
  const theirs = await connected(edge.port, tokenFor(world, { sid: other }));
  const cut = heard(mine, 'disconnect', 5_000);
  await world.gate.sadd('test:revoked', sid);
  expect(await cut).toBe('io server disconnect');
  expect(theirs.connected).toBe(true);
});

test('R7: an account may have so many sockets and no more', async () => {
  const token = tokenFor(world);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => connected(edge.port, token)));
  const refused = await outcome(dial(edge.port, token));
  expect((refused as { data?: { code: string } }).data?.code).toBe('RATE_LIMITED');
  sockets[0]?.disconnect();
  await until('room for one more', async () => (await outcome(dial(edge.port, token))) === 'connected');
});

test('R8: addresses are plain, whatever uWebSockets.js calls them', async () => {
  const socket = await connected(edge.port, tokenFor(world));
  expect(await ask(socket, 'test:echo', {})).toMatchObject({ ok: true, data: { address: '127.0.0.1' } });
});
