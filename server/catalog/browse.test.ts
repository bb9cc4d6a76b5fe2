import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, httpWorld } from '../http/testing.ts';
import type { EventView } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { catalogRoutes, createCatalog } from './index.ts';

let world: TestWorld;
let app: FastifyInstance;
let vendorId: string;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  world = await testWorld();
  const slices = [(scope: FastifyInstance) => catalogRoutes(scope, { catalog: createCatalog(world) })];
  ({ app } = await httpWorld(world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }, slices }));
  vendorId = (await world.createUser('vendor')).id;
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const inDays = (days: number) => new Date(world.clock.now() + days * DAY_MS);
const browse = (query: Record<string, string | number> = {}) =>
  call(app, 'GET', `/events?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, String(v)]))}`);
const titles = async (query: Record<string, string | number>) => {
  const { status, body } = await browse(query);
  expect(status).toBe(200);
  return body.items.map((event: EventView) => event.title);
};

/** A type of its own keeps each test's events apart from the others'. */
const seeder =
  (type: string) =>
  (title: string, over: Parameters<TestWorld['createEvent']>[0] = {}) =>
    world.createEvent({ vendorId, type, title, ...over });

test('E15: every word is found in title, artist, venue, city or type, in any case', async () => {
  const seed = seeder('Marine Talk');
  const { eventId } = await seed('Kelp forests of the south');
  await seed('Kelp cooking');
  await world.ledger.reads.all(
    statement('t', `update events.events set artist = 'Dr Sylvia' where id = $1`),
    [eventId],
  );
  expect(await titles({ search: 'KELP sylvia' })).toEqual(['Kelp forests of the south']);
  expect(await titles({ search: 'marine bern hall cooking' })).toEqual(['Kelp cooking']);
  expect(await titles({ search: 'kelp nobody' })).toEqual([]);
  expect(await titles({ search: '  ', type: 'marine talk' })).toHaveLength(2);
});

test.each(['100%', 'a_q', 'q & !r | (z:*', '<->'])(
  'E15: %s is searched for as words, not as a pattern',
  async (text) => {
    const seed = seeder('literal');
    await seed(`Show ${text} tonight`);
    await seed('Show aXb');
    await seed('Show 200%');
    await seed('Show q');
    const found = await titles({ search: text, type: 'literal' });
    expect(found).toEqual(/[a-z0-9]/.test(text) ? [`Show ${text} tonight`] : []);
    await world.ledger.reads.all(
      statement('t', `update events.events set status = 'canceled' where type = 'literal'`),
    );
  },
);

test('E15: drafts, canceled and past events are not listed', async () => {
  const seed = seeder('states');
  await seed('draft', { status: 'draft', drop: null });
  await seed('canceled', { status: 'canceled' });
  await seed('past', { startAt: inDays(-2) });
  await seed('tonight', { startAt: inDays(0.1) });
  expect(await titles({ type: 'states' })).toEqual(['tonight']);
});

test('E16: filters by price, date, city and artist combine', async () => {
  const seed = seeder('filters');
  await seed('cheap soon', { startAt: inDays(3), tiers: [{ priceCents: 1000 }, { priceCents: 9000 }] });
  await seed('dear soon', { startAt: inDays(4), tiers: [{ priceCents: 9000 }] });
  await seed('cheap late', { startAt: inDays(40), tiers: [{ priceCents: 1500 }] });
  const type = 'filters';
  expect(await titles({ type, maxPriceCents: 2000 })).toEqual(['cheap soon', 'cheap late']);
  expect(await titles({ type, minPriceCents: 2000 })).toEqual(['cheap soon', 'dear soon']);
  expect(await titles({ type, minPriceCents: 2000, maxPriceCents: 8000 })).toEqual([]);
  expect(await titles({ type, from: inDays(3.5).toISOString(), to: inDays(10).toISOString() })).toEqual([
    'dear soon',
  ]);
  expect(await titles({ type, maxPriceCents: 2000, to: inDays(10).toISOString() })).toEqual(['cheap soon']);
  expect(await titles({ type, city: 'BERN' })).toHaveLength(3);
  expect(await titles({ type, city: 'Basel' })).toEqual([]);
  expect(await titles({ type, artist: 'Nobody' })).toEqual([]);
});

test('E16: by date, by price up, by price down', async () => {
  const seed = seeder('sorts');
  await seed('b', { startAt: inDays(2), tiers: [{ priceCents: 300 }, { priceCents: 9_999 }] });
  await seed('c', { startAt: inDays(3), tiers: [{ priceCents: 100 }] });
  await seed('a', { startAt: inDays(1), tiers: [{ priceCents: 200 }, { priceCents: 50, status: 'hidden' }] });
  expect(await titles({ type: 'sorts' })).toEqual(['a', 'b', 'c']);
  expect(await titles({ type: 'sorts', sort: 'price_asc' })).toEqual(['c', 'a', 'b']);
  expect(await titles({ type: 'sorts', sort: 'price_desc' })).toEqual(['b', 'a', 'c']);
});

async function allPages(
  query: Record<string, string | number>,
  between: () => Promise<unknown>,
): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  do {
    const { status, body } = await browse({ ...query, ...(cursor ? { cursor } : {}) });
    expect(status).toBe(200);
    found.push(...body.items.map((event: EventView) => event.id));
    cursor = body.nextCursor;
    await between();
  } while (cursor);
  return found;
}

test.each(['date', 'price_asc', 'price_desc'])(
  'E17: pages by %s neither repeat nor skip, while events are added',
  async (sort) => {
    const type = `pages ${sort}`;
    const seed = seeder(type);
    const made: string[] = [];
    // Ties in both keys, so that the tie-breaker is what decides.
    for (let i = 0; i < 23; i++) {
      const { eventId } = await seed(`event ${i}`, {
        startAt: inDays(1 + (i % 3)),
        tiers: [{ priceCents: (i % 4) * 100 }],
      });
      made.push(eventId);
    }
    const whole = (await browse({ type, sort })).body.items.map((event: EventView) => event.id);
    expect([...whole].sort()).toEqual([...made].sort());
    const added: string[] = [];
    const found = await allPages({ type, sort, limit: 4 }, async () => {
      if (added.length < 6)
        added.push((await seed('added', { startAt: inDays(2), tiers: [{ priceCents: 200 }] })).eventId);
    });
    expect(new Set(found).size).toBe(found.length);
    expect(found.filter((id) => !added.includes(id))).toEqual(whole);
  },
);

test('E17: a cursor stays good when its event is canceled, and one of another order is refused', async () => {
  const seed = seeder('cursors');
  const { eventId } = await seed('first', { startAt: inDays(1) });
  await seed('second', { startAt: inDays(2) });
  const first = await browse({ type: 'cursors', limit: 1 });
  await world.ledger.reads.all(statement('t', `update events.events set status = 'canceled' where id = $1`), [
    eventId,
  ]);
  expect(await titles({ type: 'cursors', cursor: first.body.nextCursor })).toEqual(['second']);
  const refused = await browse({ cursor: first.body.nextCursor, sort: 'price_asc' });
  expect([refused.status, refused.body.error.details.field]).toEqual([400, 'cursor']);
});

test.each([
  ['sort', 'random'],
  ['limit', '0'],
  ['limit', 'many'],
  ['minPriceCents', '-5'],
  ['from', 'yesterday'],
  ['to', '2027-02-31T00:00:00Z'],
  ['cursor', "1' or '1'='1"],
  ['search', 'a\u0000b'],
  ['colour', 'red'],
])('E2: a query with %s=%s is refused with its field', async (field, value) => {
  const refused = await browse({ [field]: value });
  expect([refused.status, refused.body.error.code, refused.body.error.details.field]).toEqual([
    400,
    'INVALID_REQUEST',
    field,
  ]);
});
