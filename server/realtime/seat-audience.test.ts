import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import type { Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import {
  applyRuns,
  decodeRuns,
  deltaFits,
  fromBase64,
  type SeatStates,
  type SeatsDelta,
  unpackSeats,
} from '../protocol/index.ts';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import {
  ask,
  connected,
  dropState,
  type EdgeProcess,
  hangUpAll,
  heard,
  rawDial,
  spawnEdge,
  type TestSeats,
  testSeats,
  tokenFor,
  writeDrop,
  writeSeats,
} from './testing-edges.ts';

let world: TestWorld;
let edge: EdgeProcess;

beforeAll(async () => {
  world = await testWorld();
  edge = await spawnEdge(world, { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' });
});
afterEach(hangUpAll);
afterAll(async () => {
  await edge.stop();
  await world.close();
});

const statesIn = (answer: SeatStates): Uint8Array =>
  unpackSeats(inflateRawSync(fromBase64(answer.states)), answer.seats);

/** A socket that watches seats and lays over them whatever it is told. */
async function watcher(port: number, dropId: string) {
  const socket = await connected(port, tokenFor(world));
  const deltas: SeatsDelta[] = [];
  const gaps: SeatsDelta[] = [];
  let states: Uint8Array = new Uint8Array();
  let at = { epoch: 0, version: 0 };
  socket.on('seats:delta', (delta: SeatsDelta) => {
    deltas.push(delta);
    if (!deltaFits(at, delta)) return void gaps.push(delta);
    applyRuns(states, decodeRuns(fromBase64(delta.runs), states.length));
    at = { epoch: delta.epoch, version: delta.version };
  });
  const answer = await ask<SeatStates>(socket, 'seats:watch', { dropId });
  if (!answer.ok) throw new Error(answer.error.code);
  states = statesIn(answer.data);
  at = { epoch: answer.data.epoch, version: answer.data.version };
  return {
    socket,
    deltas,
    gaps,
    answer: answer.data,
    shows: () => states.join(''),
    position: () => `${at.epoch}.${at.version}`,
    /** Deltas that tell of a change. */
    news: () => deltas.filter((delta) => delta.from !== delta.version),
  };
}

test('R32: watching seats answers the state of each; what changed comes as runs that fit it', async () => {
  const seats = testSeats(world, '0123000000', { kept: Buffer.from([0, 0, 0, 0, 2, 1, 0, 0, 0, 7]) });
  await writeSeats(world, seats);
  const one = await watcher(edge.port, seats.dropId);
  expect(one.answer).toMatchObject({
    dropId: seats.dropId,
    mapId: seats.mapId,
    epoch: 1,
    version: 1,
    seats: 10,
  });
  // free, held, sold, offered, kept, kept …
  expect(one.shows()).toBe('0121330003');
  await writeSeats(world, { ...seats, version: 5, seats: '1113220000' });
  await until('the change', () => one.position() === '1.5');
  expect(one.shows()).toBe('1111220003');
  // Nobody is told of seats that did not change.
  expect(decodeRuns(fromBase64(one.news()[0]!.runs), 10)).toEqual([
    { first: 0, length: 3, state: 1 },
    { first: 4, length: 2, state: 2 },
  ]);
  expect(one.gaps).toEqual([]);
});

test('R32: a drop that is not there or has no seats is NOT_FOUND, and watching seats counts among what a socket watches', async () => {
  const state = dropState(world);
  await writeDrop(world, state);
  const socket = await connected(edge.port, tokenFor(world));
  expect(await ask(socket, 'seats:watch', { dropId: state.id })).toMatchObject({
    error: { code: 'NOT_FOUND' },
  });
  expect(await ask(socket, 'seats:watch', { dropId: state.id, more: 1 })).toMatchObject({
    error: { code: 'INVALID_REQUEST' },
  });
  for (let i = 0; i < LIMITS.watchedPerSocket / 2; i++) {
    const seats = testSeats(world, '00');
    await writeSeats(world, seats);
    await writeDrop(world, { ...state, id: seats.dropId });
    expect(await ask(socket, 'seats:watch', { dropId: seats.dropId })).toMatchObject({ ok: true });
    expect(await ask(socket, 'drop:watch', { dropId: seats.dropId })).toMatchObject({ ok: true });
  }
  const more = testSeats(world, '00');
  await writeSeats(world, more);
  expect(await ask(socket, 'seats:watch', { dropId: more.dropId })).toMatchObject({
    error: { code: 'LIMIT_EXCEEDED' },
  });
});

test('R33: many changes are few deltas, each from exactly the position before; every watcher ends with the same', async () => {
  const seats = testSeats(world, '0'.repeat(500));
  await writeSeats(world, seats);
  const all = await Promise.all([1, 2, 3].map(() => watcher(edge.port, seats.dropId)));
  let marks = [...seats.seats];
  let version = 1;
  for (let i = 0; i < 200; i++) {
    marks = marks.map((mark, seat) => ((seat * 7 + i) % 50 === 0 ? String((i + seat) % 3) : mark));
    await writeSeats(world, { ...seats, version: ++version, seats: marks.join('') });
    if (i === 100) all.push(await watcher(edge.port, seats.dropId));
  }
  await until('all of them know', () => all.every((one) => one.position() === `1.${version}`));
  for (const one of all) {
    expect(one.shows()).toBe(marks.join(''));
    expect(one.gaps).toEqual([]);
    expect(one.news().length).toBeLessThan(60);
  }
});

test('R34: without news the position repeats within 5 s; seats that cannot be read are silent', async () => {
  const seats = testSeats(world, '0000');
  await writeSeats(world, seats);
  const one = await watcher(edge.port, seats.dropId);
  expect(await heard(one.socket, 'seats:delta')).toEqual({
    dropId: seats.dropId,
    epoch: 1,
    from: 1,
    version: 1,
    runs: '',
  });
  await world.gate.hset(`test:seats:${seats.dropId}`, 'away', '1');
  await expect(heard(one.socket, 'seats:delta', LIMITS.seatsRepeatMs + 1_000)).rejects.toThrow(
    'no seats:delta',
  );
  // Whoever asks now is told the truth about it, not what was so then.
  expect(await ask(one.socket, 'seats:watch', { dropId: seats.dropId })).toMatchObject({
    error: { code: 'TEMPORARILY_UNAVAILABLE' },
  });
  await world.gate.hdel(`test:seats:${seats.dropId}`, 'away');
  await writeSeats(world, { ...seats, version: 2, seats: '0100' });
  await until('readable again', () => one.position() === '1.2');
}, 20_000);

test('R35: a new epoch is one more delta from where everybody is', async () => {
  const seats = testSeats(world, '001122', { version: 900 });
  await writeSeats(world, seats);
  const one = await watcher(edge.port, seats.dropId);
  await writeSeats(world, { ...seats, epoch: 2, version: 3, seats: '001022' });
  await until('the new epoch', () => one.position() === '2.3');
  expect(one.shows()).toBe('001022');
  expect(one.news()).toMatchObject([{ epoch: 2, fromEpoch: 1, from: 900, version: 3 }]);
  await writeSeats(world, { ...seats, epoch: 2, version: 4 });
  await until('the epoch goes on', () => one.position() === '2.4');
  expect(one.gaps).toEqual([]);
});

test('R35: another map makes everybody ask anew', async () => {
  const seats = testSeats(world, '0000');
  await writeSeats(world, seats);
  const one = await watcher(edge.port, seats.dropId);
  await writeSeats(world, {
    ...seats,
    mapId: world.ids.next(),
    version: 2,
    seats: '111111',
    kept: Buffer.alloc(6),
  });
  await until('told so', () => one.gaps.length === 1);
  expect(one.gaps[0]).toMatchObject({ from: -1, version: 2, runs: '' });
  const again = await ask<SeatStates>(one.socket, 'seats:watch', { dropId: seats.dropId });
  expect(again).toMatchObject({ ok: true, data: { seats: 6, version: 2 } });
});

test('R39: who stops watching hears no more, and what nobody watches is neither read nor kept', async () => {
  const WATCHED = 'holdfast_realtime_watched_seats';
  await until('none yet', async () => (await edge.metric(WATCHED)) === 0);
  const seats = testSeats(world, '0000');
  await writeSeats(world, seats);
  const [leaver, stayer] = [await watcher(edge.port, seats.dropId), await watcher(edge.port, seats.dropId)];
  expect(await edge.metric(WATCHED)).toBe(1);
  expect(await ask(leaver.socket, 'seats:unwatch', { dropId: seats.dropId })).toMatchObject({ ok: true });
  const count = leaver.deltas.length;
  await writeSeats(world, { ...seats, version: 2, seats: '1000' });
  await until('the other one hears', () => stayer.position() === '1.2');
  expect(leaver.deltas.length).toBe(count);
  stayer.socket.disconnect();
  await until('no audience', async () => (await edge.metric(WATCHED)) === 0);
  // Not there: nothing of it is kept either.
  await ask(leaver.socket, 'seats:watch', { dropId: world.ids.next() });
  expect(await edge.metric(WATCHED)).toBe(0);
});

test('R39: after an edge was killed, another one answers the seats as they are now', async () => {
  const doomed = await spawnEdge(world);
  const seats = testSeats(world, '000000');
  await writeSeats(world, seats);
  const [one, other] = [await watcher(doomed.port, seats.dropId), await watcher(edge.port, seats.dropId)];
  const lost = heard(one.socket, 'disconnect');
  doomed.child.kill('SIGKILL');
  await lost;
  const now: TestSeats = { ...seats, version: 7, seats: '222000' };
  await writeSeats(world, now);
  const again = await watcher(edge.port, seats.dropId);
  await until('both are there', () => again.position() === '1.7' && other.position() === '1.7');
  expect([again.shows(), other.shows()]).toEqual(['222000', '222000']);
});

test('R39: two edges tell of the same seats, each from its own last word', async () => {
  const second = await spawnEdge(world);
  const seats = testSeats(world, '0'.repeat(64));
  await writeSeats(world, seats);
  const pair = await Promise.all([edge, second].map(({ port }) => watcher(port, seats.dropId)));
  const marks = [...seats.seats];
  let version = 1;
  for (let i = 0; i < 64; i++) {
    marks[i] = '1';
    await writeSeats(world, { ...seats, version: ++version, seats: marks.join('') });
    if (i % 8 === 0)
      await until('some of it is told', () => pair.some((one) => one.position() === `1.${version}`));
  }
  await until('both know all', () => pair.every((one) => one.position() === `1.${version}`));
  for (const one of pair) expect([one.shows(), one.gaps]).toEqual(['1'.repeat(64), []]);
  await second.stop();
});

/** Asks for snapshots, unread, until the edge calls this reader stale. */
async function deafTo(dropId: string) {
  const raw = await rawDial(edge.port);
  raw.text(`40${JSON.stringify({ token: tokenFor(world) })}`);
  await until('logged in', () => raw.received().includes('"sid"'));
  raw.text(`420["seats:watch",{"dropId":"${dropId}"}]`);
  await until('watching', () => raw.received().includes('430['));
  raw.tcp.pause();
  await until(
    'stale',
    async () => {
      raw.text(`421["seats:watch",{"dropId":"${dropId}"}]`);
      await world.clock.sleep(20);
      return (await edge.metric('holdfast_realtime_stale_sockets')) === 1;
    },
    20_000,
  );
  return raw;
}

test('R37: a slow reader hears nothing until it has drained, and is then told to ask anew; nobody waits for it', async () => {
  // Random, so that snapshots are large: 21 KB each.
  const states = [...randomBytes(65_000)].map((byte) => byte & 3).join('');
  const seats = testSeats(world, states);
  await writeSeats(world, seats);
  const raw = await deafTo(seats.dropId);
  const healthy = await watcher(edge.port, seats.dropId);
  await writeSeats(world, { ...seats, version: 2, seats: `1${states.slice(1)}` });
  await until('the others know', () => healthy.position() === '1.2');
  raw.tcp.resume();
  await until('told so', () => raw.received().includes(`42["server:stale",{"dropId":"${seats.dropId}"}]`));
  // What was published meanwhile was not kept for it; what comes now reaches it again.
  await writeSeats(world, { ...seats, version: 3, seats: `2${states.slice(1)}` });
  await until('subscribed again', () => raw.received().includes('"from":2,"version":3'));
  raw.tcp.destroy();
}, 30_000);

test('R28: a draining edge closes those who watch seats, too', async () => {
  const leaving = await spawnEdge(world);
  const seats = testSeats(world, '0000');
  await writeSeats(world, seats);
  const one = await watcher(leaving.port, seats.dropId);
  const closed: Promise<unknown> = heard(one.socket as Socket, 'disconnect');
  const told = heard(one.socket, 'server:draining');
  leaving.send({ do: 'drain', spreadMs: 300 });
  expect(await told).toEqual({ withinMs: 300 });
  await closed;
  await leaving.stop();
});
