import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import {
  ask,
  connected,
  dropState,
  type EdgeProcess,
  hangUpAll,
  type RawClient,
  rawDial,
  spawnEdge,
  tokenFor,
  writeDrop,
} from './testing-edges.ts';

let world: TestWorld;
let edge: EdgeProcess;
let exempt: EdgeProcess;

beforeAll(async () => {
  world = await testWorld();
  [edge, exempt] = await Promise.all([
    spawnEdge(world),
    spawnEdge(world, { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }),
  ]);
});
afterEach(hangUpAll);
afterAll(async () => {
  await Promise.all([edge.stop(), exempt.stop()]);
  await world.close();
});

const uuid = '01890a5c-0000-7000-8000-000000000001';
const bad: [string, unknown, string][] = [
  ['nothing', undefined, 'payload'],
  ['null', null, 'payload'],
  ['a list', [], 'payload'],
  ['no member', {}, 'dropId'],
  ['no id', { dropId: 'x' }, 'dropId'],
  ['a number', { dropId: 7 }, 'dropId'],
  ['one member too many', { dropId: uuid, extra: 1 }, 'extra'],
  ['a prototype', JSON.parse(`{"dropId":"${uuid}","__proto__":{"admin":true}}`), '__proto__'],
];
test.each(bad)('R10: %s for a drop is refused, naming the field', async (_what, payload, field) => {
  const socket = await connected(edge.port, tokenFor(world));
  expect(await ask(socket, 'drop:watch', payload)).toMatchObject({
    ok: false,
    error: { code: 'INVALID_REQUEST', details: { field } },
  });
});

test('R10: an unknown event and a second payload are refused; what nobody asked to be answered is done in silence', async () => {
  const socket = await connected(edge.port, tokenFor(world));
  expect(await ask(socket, 'no:such')).toMatchObject({
    error: { code: 'INVALID_REQUEST', details: { field: 'event' } },
  });
  const two = await socket.timeout(5_000).emitWithAck('test:echo', {}, {});
  expect(two).toMatchObject({ error: { code: 'INVALID_REQUEST', details: { field: 'payload' } } });
  const before = await edge.metric('holdfast_realtime_events_total{event="test:echo",code="OK"}');
  socket.emit('test:echo', { unanswered: true });
  await until(
    'handled',
    async () =>
      (await edge.metric('holdfast_realtime_events_total{event="test:echo",code="OK"}')) === before + 1,
  );
  expect(socket.connected).toBe(true);
});

test('R11: a handler that throws is answered INTERNAL, and the edge goes on', async () => {
  const socket = await connected(edge.port, tokenFor(world));
  expect(await ask(socket, 'test:boom', {})).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
  expect(await ask(socket, 'test:throw', {})).toMatchObject({ ok: false, error: { code: 'INTERNAL' } });
  expect(await ask(socket, 'test:away', {})).toMatchObject({
    ok: false,
    error: { code: 'TEMPORARILY_UNAVAILABLE', details: { retryAfterMs: expect.any(Number) } },
  });
  expect(await ask(socket, 'test:echo', {})).toMatchObject({ ok: true });
});

test('R13: an event for another role is FORBIDDEN', async () => {
  const fan = await connected(edge.port, tokenFor(world));
  const operator = await connected(edge.port, tokenFor(world, { role: 'operator' }));
  expect(await ask(fan, 'test:operator', {})).toMatchObject({ error: { code: 'FORBIDDEN' } });
  expect(await ask(fan, 'sales:watch', { eventId: uuid })).toMatchObject({ error: { code: 'FORBIDDEN' } });
  expect(await ask(operator, 'test:operator', {})).toMatchObject({ ok: true });
});

test('R12: a socket that asks too often is told RATE_LIMITED and when to come back', async () => {
  const socket = await connected(edge.port, tokenFor(world));
  const answers = await Promise.all(Array.from({ length: 60 }, () => ask(socket, 'test:echo', {})));
  const refused = answers.filter((a) => !a.ok);
  expect(refused.length).toBeGreaterThanOrEqual(10);
  expect(refused[0]).toMatchObject({
    error: { code: 'RATE_LIMITED', details: { retryAfterMs: expect.any(Number) } },
  });
  await until('allowed again', async () => (await ask(socket, 'test:echo', {})).ok);
});

test('R12: an account with many sockets has no more than its own share', async () => {
  const token = tokenFor(world);
  const sockets = await Promise.all(Array.from({ length: 10 }, () => connected(edge.port, token)));
  const answers = await Promise.all(
    sockets.flatMap((s) => Array.from({ length: 30 }, () => ask(s, 'test:echo', {}))),
  );
  // 10 x 30 events are within each socket's burst of 40; together they are far beyond the account's 80.
  expect(answers.filter((a) => a.ok).length).toBeLessThan(200);
});

test('R12: exempt networks are free of both', async () => {
  const socket = await connected(exempt.port, tokenFor(world));
  const answers = await Promise.all(Array.from({ length: 300 }, () => ask(socket, 'test:echo', {})));
  expect(answers.every((a) => a.ok)).toBe(true);
});

test('R14: binary payloads close their connection, and so does a packet beyond 16 KB', async () => {
  const binary = await connected(edge.port, tokenFor(world));
  binary.emit('test:echo', { data: Buffer.from('abc') });
  await until('cut', () => !binary.connected);
  const large = await connected(edge.port, tokenFor(world));
  expect(await ask(large, 'test:echo', { pad: 'x'.repeat(15_000) })).toMatchObject({ ok: true });
  large.emit('test:echo', { pad: 'x'.repeat(20_000) });
  await until('cut', () => !large.connected);
});

/** Deterministic noise: a found seed can be run again. */
function noise(seed: number): () => number {
  let x = seed;
  return () => {
    x = (x * 48_271) % 2_147_483_647;
    return x / 2_147_483_647;
  };
}

const GOOD = [
  '2',
  '3',
  '40',
  '40{"token":"x"}',
  '41',
  '42["drop:watch",{}]',
  '420["test:echo",{}]',
  '43[]',
  '430[1]',
];
const ODD = [
  '',
  '4',
  '0',
  '1',
  '5',
  '6',
  '9',
  'x',
  '4x',
  '44',
  '45',
  '46',
  '47',
  '451-',
  '451-["a",{"_placeholder":true,"num":0}]',
  '45999999999-["a"]',
  '46-1-',
  '42',
  '42{}',
  '42[]',
  '42[1]',
  '42[null]',
  '42["connect"]',
  '42["error",{}]',
  '42["__proto__",{}]',
  '42["constructor",{}]',
  '4299999999999999999999["a"]',
  '42-1["a"]',
  '42/admin,["a"]',
  '40/admin,',
  '40/,',
  '40/__proto__,{}',
  '42/__proto__,["a"]',
  '43',
  '43{}',
  '40[]',
  '40null',
  '400',
  '41{}',
  '4'.repeat(5_000),
  '42["a"'.padEnd(9_000, '['),
  '0{"sid":"x"}',
  '42["drop:watch",{"dropId":{"toString":null}}]',
  '42["drop:watch",{"__proto__":{"dropId":"x"}}]',
  `42["${'a'.repeat(9_000)}",{}]`,
];

function oddFrame(random: () => number): (raw: RawClient) => void {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const mangled = (text: string[]): string => {
    for (let i = 0; i < 3; i++)
      text[Math.floor(random() * (text.length + 1))] = String.fromCharCode(random() * 256);
    return text.join('');
  };
  const kinds: (() => (raw: RawClient) => void)[] = [
    () => (raw) => raw.text(pick(GOOD)),
    () => (raw) => raw.text(pick(ODD)),
    () => (raw) => raw.text(mangled([...pick([...GOOD, ...ODD])])),
    () => (raw) => raw.frame(2, randomBytes(Math.floor(random() * 200))),
    () => (raw) =>
      raw.frame(Math.floor(random() * 16), Buffer.from(pick(ODD)), {
        fin: random() < 0.5,
        mask: random() < 0.9,
      }),
    () => (raw) => raw.bytes(randomBytes(1 + Math.floor(random() * 60))),
    () => (raw) => raw.text('42["test:echo",'.concat('['.repeat(Math.floor(random() * 4_000)))),
  ];
  return pick(kinds)();
}

test('R15: 48,000 malformed packets on 6,000 connections do not crash the edge', async () => {
  const fan = await connected(exempt.port, tokenFor(world));
  const random = noise(20_261_121);
  for (let round = 0; round < 200; round++) {
    const raws = await Promise.all(Array.from({ length: 30 }, () => rawDial(exempt.port)));
    for (const raw of raws) {
      // Half of them are properly logged in first, so that packets reach a socket and not only the door.
      if (random() < 0.5) raw.text(`40${JSON.stringify({ token: tokenFor(world) })}`);
      for (let i = 0; i < 8; i++) oddFrame(random)(raw);
    }
    expect(await ask(fan, 'test:echo', { round })).toMatchObject({ ok: true });
    for (const raw of raws) raw.tcp.destroy();
  }
  expect(exempt.child.exitCode).toBeNull();
  await until('all gone', async () => (await exempt.metric('holdfast_realtime_sockets')) === 1);
});

test('R15: each odd packet alone leaves the edge alive, logged in or not', async () => {
  const fan = await connected(exempt.port, tokenFor(world));
  for (const text of [...GOOD, ...ODD]) {
    const [stranger, known] = await Promise.all([rawDial(exempt.port), rawDial(exempt.port)]);
    known.text(`40${JSON.stringify({ token: tokenFor(world) })}`);
    await until('logged in', () => known.received().includes('"sid"'));
    for (const raw of [stranger, known]) raw.text(text);
    expect(await ask(fan, 'test:echo', { text: text.length })).toMatchObject({ ok: true });
    for (const raw of [stranger, known]) raw.tcp.destroy();
  }
});

test('R16: an unknown drop is NOT_FOUND, and watching has a bound', async () => {
  const socket = await connected(exempt.port, tokenFor(world));
  expect(await ask(socket, 'drop:watch', { dropId: uuid })).toMatchObject({ error: { code: 'NOT_FOUND' } });
  for (let i = 0; i < 20; i++) {
    const state = dropState(world);
    await writeDrop(world, state);
    expect(await ask(socket, 'drop:watch', { dropId: state.id })).toMatchObject({ ok: true });
  }
  const one = dropState(world);
  await writeDrop(world, one);
  expect(await ask(socket, 'drop:watch', { dropId: one.id })).toMatchObject({
    error: { code: 'LIMIT_EXCEEDED' },
  });
});
