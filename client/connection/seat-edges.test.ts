/** The page's feed of seats over real sockets and edges: what it shows in the end is what the gate has. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type EdgeProcess,
  spawnEdge,
  type TestSeats,
  testSeats,
  tokenFor,
  writeSeats,
} from '../../server/realtime/testing-edges.ts';
import { encodeStates, shownSeats } from '../../server/seating/index.ts';
import { type TestWorld, testWorld, until } from '../../server/stores/testing.ts';
import { createLink } from './link.ts';
import { inflateRaw } from './page-seats.ts';
import { createSeatFeed } from './seat-feed.ts';
import { dialSocket } from './wire.ts';

let world: TestWorld;
const edges: EdgeProcess[] = [];
beforeAll(async () => {
  world = await testWorld();
  const env = { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' };
  edges.push(...(await Promise.all([spawnEdge(world, env), spawnEdge(world, env)])));
});
afterAll(async () => {
  await Promise.all(edges.map((edge) => edge.stop()));
  await world.close();
});

const timer = (ms: number, run: () => void) => {
  const set = setTimeout(run, ms);
  return () => clearTimeout(set);
};

/** A page: its link over both edges, its feed, and HTTP as the API would answer it. */
function page(http: () => TestSeats) {
  const origins = edges.map(({ port }) => `http://127.0.0.1:${port}`);
  const link = createLink({
    now: () => performance.now(),
    random: Math.random,
    wakeAt: (at, run) => timer(Math.max(0, at - performance.now()), run),
    edges: async () => origins,
    token: async () => tokenFor(world),
    dial: dialSocket,
  });
  link.start();
  let polls = 0;
  const feed = createSeatFeed(
    {
      link,
      serverNow: () => world.clock.now(),
      random: Math.random,
      after: timer,
      async getSeats(dropId) {
        polls++;
        const { states, ...at } = shownSeats({ ...http(), seats: Buffer.from(http().seats) });
        return { dropId, ...at, seats: states.length, states: encodeStates(states) };
      },
      inflate: inflateRaw,
      isHidden: () => false,
      onReturn: () => () => {},
      isNotFound: () => false,
    },
    http().dropId,
  );
  return {
    link,
    feed,
    polls: () => polls,
    shows: () => feed.board.value?.states.join('') ?? '',
    stop() {
      feed.stop();
      link.stop();
    },
  };
}

test('U300 U306: a page over real edges shows what the gate has, also after the edge it was on was killed', async () => {
  let seats = testSeats(world, '0'.repeat(200));
  const move = async (): Promise<void> => {
    const marks = [...seats.seats].map((mark) =>
      Math.random() < 0.05 ? String(Math.floor(Math.random() * 3)) : mark,
    );
    seats = { ...seats, version: seats.version + 1, seats: marks.join('') };
    await writeSeats(world, seats);
  };
  await writeSeats(world, seats);
  const one = page(() => seats);
  await until('live', () => one.link.facts.value.mayAct && one.shows() !== '');
  const polledAtFirst = one.polls();
  const changed: number[] = [];
  one.feed.onChange((of) => changed.push(of.length));
  for (let i = 0; i < 40; i++) await move();
  await until('all of it', () => one.shows() === seats.seats);
  expect(changed.length).toBeGreaterThan(0);
  expect(one.polls()).toBe(polledAtFirst);
  // Whichever edge it was on: its sockets are gone at once, and the page begins anew on the other one.
  const session = one.link.session.value;
  const busy = await Promise.all(edges.map((edge) => edge.metric('holdfast_realtime_watched_seats')));
  edges[busy.indexOf(1)]!.child.kill('SIGKILL');
  await move();
  await until('on the other edge', () => one.link.session.value > session, 20_000);
  await until('what changed meanwhile', () => one.shows() === seats.seats);
  seats = { ...seats, epoch: 2, version: 0 };
  await move();
  await until('a new epoch', () => one.shows() === seats.seats && one.feed.board.value?.position.epoch === 2);
  expect(one.feed.staleSince.value).toBe(null);
  one.stop();
}, 60_000);
