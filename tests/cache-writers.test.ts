/**
 * The cache through the whole program: after each thing that changes what is kept, what is shown is what a program without a cache shows.
 * Two processes: one writes, both answer.
 */
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../server/compose.ts';
import { call, signedIn } from '../server/http/testing.ts';
import { houseOver } from '../server/http/testing-house.ts';
import { picture } from '../server/pictures/testing-files.ts';
import { connectCache, type Redis, statement } from '../server/stores/index.ts';
import { type TestWorld, testWorld, until } from '../server/stores/testing.ts';

let world: TestWorld;
let writes: { house: House; app: FastifyInstance };
let reads: { house: House; app: FastifyInstance };
/** Without a cache. */
let plain: { house: House; app: FastifyInstance };
let caches: Redis[];
let vendor: { authorization: string };
let operator: { authorization: string };

beforeAll(async () => {
  world = await testWorld();
  caches = [connectCache(world.redisUrl, world.log), connectCache(world.redisUrl, world.log)];
  writes = await houseOver(world, {}, { cache: caches[0]! });
  reads = await houseOver(world, {}, { cache: caches[1]! });
  plain = await houseOver(world);
  vendor = (await signedIn(world, writes.house.accounts, 'vendor')).headers;
  operator = (await signedIn(world, writes.house.accounts, 'operator')).headers;
});
afterAll(async () => {
  for (const { app, house } of [writes, reads, plain]) {
    await app.close();
    await house.stop();
  }
  for (const cache of caches) cache.disconnect();
  await world.close();
});

const inHours = (hours: number) => new Date(world.clock.now() + hours * 3_600_000).toISOString();
const bodyOf = (over: Record<string, unknown> = {}) => ({
  title: 'Kelp Night',
  type: 'concert',
  artist: 'The Holdfasts',
  venue: { name: 'Rote Fabrik', city: 'Zürich', timeZone: 'Europe/Zurich' },
  startsAt: inHours(720),
  status: 'published',
  tiers: [
    { name: 'Floor', priceCents: 5000, currency: 'CHF', quantity: 100 },
    { name: 'Balcony', priceCents: 3000, currency: 'CHF', quantity: 50 },
  ],
  ...over,
});

const LISTS = [
  '/events',
  '/events?search=kelp',
  '/events?search=kelp&sort=date',
  '/events?sort=price_asc',
  '/events?sort=popularity',
  '/events?maxPriceCents=4000',
  '/events/facets',
  '/events/facets?type=concert',
];
const pathsOf = (id: string) => [`/events/${id}`, `/events/${id}/tickets`, ...LISTS];
const ask = (app: FastifyInstance, path: string, headers: Record<string, string> = {}) =>
  call(app, 'GET', path, { headers });

/** Warm, so that what follows is told from a cache if anything is. */
async function warm(id: string): Promise<void> {
  for (const { app, house } of [writes, reads]) {
    for (const path of pathsOf(id)) await ask(app, path);
    await house.keeping.pages.idle();
  }
}
/** Both processes answer as one without a cache would, to everybody. */
async function same(id: string): Promise<void> {
  for (const path of pathsOf(id))
    for (const headers of [{}, vendor]) {
      const truth = await ask(plain.app, path, headers);
      for (const [who, { app }] of Object.entries({ writes, reads })) {
        const said = await ask(app, path, headers);
        expect([path, who, said.status, said.body]).toEqual([path, who, truth.status, truth.body]);
        if (truth.status === 200) expect(said.headers.etag).toBe(truth.headers.etag);
      }
    }
}

const post = (path: string, body?: unknown, headers = vendor) =>
  call(writes.app, 'POST', path, { body, headers });
const put = (path: string, body?: unknown, headers = vendor) =>
  call(writes.app, 'PUT', path, { body, headers });

async function publish(over: Record<string, unknown> = {}) {
  const made = await post('/events', bodyOf(over));
  expect([made.status, made.body?.error]).toEqual([201, undefined]);
  return made.body as { id: string; tiers: { id: string }[]; drop: { id: string } };
}

async function pictured(id: string): Promise<void> {
  const form = new FormData();
  form.set('image', new Blob([new Uint8Array(picture('jpeg'))], { type: 'image/jpeg' }), 'night.jpg');
  const request = new Request('http://x/', { method: 'POST', body: form });
  const payload = Buffer.from(await request.arrayBuffer());
  const headers = { ...vendor, 'content-type': request.headers.get('content-type') as string };
  const answer = await writes.app.inject({ method: 'PUT', url: `/events/${id}/image`, payload, headers });
  expect(answer.statusCode).toBeLessThan(300);
}

type Made = Awaited<ReturnType<typeof publish>>;
/** Everything that changes what is kept, by what a person would call it. */
const WRITERS: Record<string, (made: Made) => Promise<unknown>> = {
  'a title': ({ id }) => put(`/events/${id}`, { title: 'Kelp Ball' }),
  'a type, place and time': ({ id }) =>
    put(`/events/${id}`, { type: 'ball', venue: { name: 'Dynamo', city: 'Bern' }, startsAt: inHours(500) }),
  'a picture of it': ({ id }) => pictured(id),
  'its picture gone': async ({ id }) => {
    await pictured(id);
    await warm(id);
    return call(writes.app, 'DELETE', `/events/${id}/image`, { headers: vendor });
  },
  'its picture hidden by an operator, and shown again': async ({ id }) => {
    await pictured(id);
    const event = await ask(plain.app, `/events/${id}`);
    const imageId = String(event.body.imageUrl).split('/').at(-1);
    for (const decision of ['hide', 'show']) {
      await warm(id);
      const operatorSays = await call(writes.app, 'POST', `/operations/images/${imageId}/${decision}`, {
        body: { reason: 'a test' },
        headers: operator,
      });
      expect(operatorSays.status).toBe(200);
      await same(id);
    }
  },
  'its terms': ({ id }) => put(`/events/${id}/terms`, { feeCents: 250 }),
  'a price': ({ tiers }) => put(`/tiers/${tiers[0]?.id}/price`, { priceCents: 100 }),
  'a presale': ({ tiers }) => put(`/tiers/${tiers[0]?.id}/presale`, { until: inHours(10) }),
  'a rule of prices, and its end': async ({ id, tiers }) => {
    const rule = {
      floorCents: 100,
      capCents: 9_000,
      steps: [{ at: inHours(0.001), priceCents: 8_000 }],
      enabled: true,
    };
    expect((await put(`/tiers/${tiers[0]?.id}/price-rule`, rule)).status).toBe(200);
    await same(id);
    await warm(id);
    await until(
      'the rule is followed',
      async () => (await writes.house.pricing.rules.followDue()) > 0,
      10_000,
    );
    await same(id);
    await warm(id);
    return call(writes.app, 'DELETE', `/tiers/${tiers[0]?.id}/price-rule`, { headers: vendor });
  },
  'a sale that is paused': ({ drop }) => post(`/drops/${drop.id}/pause`, { reason: 'rain' }),
  'tickets held': async ({ id, tiers }) => {
    const fan = await signedIn(world, writes.house.accounts);
    return post(
      '/tickets/book',
      { eventId: id, items: [{ tierId: tiers[0]?.id, quantity: 3 }] },
      fan.headers,
    );
  },
  'what sold': async ({ id }) => {
    const rows = await world.ledger.reads.all(
      statement(
        'move_popularity',
        `update events.listings set popularity = 99 where event_id = $1 returning 1`,
      ),
      [id],
    );
    // As the worker's round would: what it counted moved the order.
    await writes.house.keeping.pages.invalidate(['popularity']);
    return rows;
  },
  'its cancelation': ({ id }) => post(`/events/${id}/cancel`, { reason: 'flood' }),
  'its deletion': ({ id }) => call(writes.app, 'DELETE', `/events/${id}`, { headers: vendor }),
  'its end': async ({ id }) => {
    await world.ledger.reads.all(
      statement('make_old', `update events.events set start_at = now() - interval '7 hours' where id = $1`),
      [id],
    );
    const ended = writes.house.chores.find((chore) => chore.name === 'event_ended');
    expect((await ended?.work())?.done).toBe(1);
  },
};

for (const [what, write] of Object.entries(WRITERS))
  test(`E32: after ${what} every process shows what one without a cache shows`, async () => {
    const made = await publish();
    await same(made.id);
    await warm(made.id);
    const answer = (await write(made)) as { status?: number } | undefined;
    if (answer?.status !== undefined) expect(answer.status).toBeLessThan(300);
    await same(made.id);
  });

test('E32: a draft is its vendor’s alone before and after it is read, and everybody’s once it is published', async () => {
  const draft = await post('/events', bodyOf({ status: 'draft' }));
  const { id } = draft.body;
  for (const headers of [vendor, {}, vendor, {}]) {
    const answer = await ask(reads.app, `/events/${id}`, headers);
    expect(answer.status).toBe('authorization' in headers ? 200 : 404);
  }
  await reads.house.keeping.pages.idle();
  await same(id);
  await put(`/events/${id}`, { status: 'published' });
  await same(id);
  expect((await ask(reads.app, `/events/${id}`)).status).toBe(200);
});

test('E32: the seats of an event that are planned anew, and its map, are shown at once', async () => {
  const hall = {
    format: 'holdfast-venue-map/1',
    name: 'Back room',
    focal: [0, 0],
    sections: [{ key: 'room', label: 'Room', rows: [{ label: 'A', seats: [{ label: '1', x: 0, y: 9 }] }] }],
  };
  const map = await post('/venue-maps', hall);
  expect(map.status).toBe(201);
  const mapId = map.body.id as string;
  const made = await publish({
    tiers: [{ name: 'Room', priceCents: 5000, currency: 'CHF' }],
    seating: { mapId, assignment: { sections: { room: '0' } } },
  });
  await warm(made.id);
  const again = await post('/venue-maps', { ...hall, name: 'Front room' });
  const answer = await put(`/events/${made.id}/seating`, {
    mapId: again.body.id,
    assignment: { sections: { room: made.tiers[0]?.id } },
  });
  expect([answer.status, answer.body?.error]).toEqual([200, undefined]);
  await same(made.id);
});

test('E33: what somebody changed and could not say is seen by its version, and then everywhere', async () => {
  const { id } = await publish();
  await warm(id);
  await world.ledger.reads.all(
    statement(
      'edit_past_cache',
      `update events.events set title = 'Past the cache', version = version + 1 where id = $1`,
    ),
    [id],
  );
  await same(id);
});

test('E34: GET /events and its facets carry an ETag; who has it is answered 304 without a body, until something shown changes', async () => {
  const { id, tiers } = await publish();
  let priceCents = 1_000;
  for (const path of [`/events/${id}`, `/events/${id}/tickets`, '/events', '/events/facets']) {
    const first = await ask(reads.app, path);
    const known = { 'if-none-match': String(first.headers.etag) };
    const again = await ask(reads.app, path, known);
    expect([path, again.status, again.text]).toEqual([path, 304, '']);
    const head = await call(reads.app, 'HEAD', path);
    expect([path, head.status, head.text]).toEqual([path, 200, '']);
    await put(`/tiers/${tiers[1]?.id}/price`, { priceCents: ++priceCents });
    await put(`/events/${id}`, { type: `ball ${priceCents}` });
    expect([path, (await ask(reads.app, path, known)).status]).toEqual([path, 200]);
  }
});
