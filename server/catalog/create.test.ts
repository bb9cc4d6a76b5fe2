import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../http/testing.ts';
import { type CatalogWorld, catalogWorld, tier } from './testing.ts';

let c: CatalogWorld;

beforeAll(async () => {
  c = await catalogWorld();
});
afterAll(() => c.close());

const count = async (table: string) =>
  (await c.sql<{ n: number }>(`select count(*) as n from ${table}`))[0]?.n;

test('E1: a vendor creates an event with tiers and drop, and everybody reads it back', async () => {
  const made = await c.create();
  expect(made.status).toBe(201);
  expect(made.headers.location).toBe(`/events/${made.body.id}`);
  expect(made.body).toMatchObject({
    vendorId: c.vendor.user.id,
    title: 'Kelp Night',
    currency: 'CHF',
    status: 'published',
    version: 1,
    drop: { phase: 'scheduled', hasLine: true, limitPerFan: 4 },
    tiers: [
      { name: 'Floor', priceCents: 5000, currency: 'CHF', quantity: 100, available: 100, held: 0, sold: 0 },
      { name: 'Balcony', available: 50 },
    ],
  });
  const read = await c.get(`/events/${made.body.id}`);
  expect(read.status).toBe(200);
  expect(read.body).toEqual(made.body);
});

test('E1: a fan is refused, an operator is not, and nobody is asked to log in', async () => {
  expect((await c.create({}, c.fan)).status).toBe(403);
  expect((await c.create({}, c.operator)).status).toBe(201);
  expect((await call(c.app, 'POST', '/events', { body: c.eventBody() })).status).toBe(401);
});

test('E1: what fails at the last step leaves nothing behind', async () => {
  const before = [
    await count('events.events'),
    await count('ticketing.ticket_tiers'),
    await count('ticketing.drops'),
  ];
  const refused = await c.create({ drop: { opensAt: c.inHours(24), lobbyOpensAt: c.inHours(25) } });
  expect(refused.status).toBe(400);
  expect([
    await count('events.events'),
    await count('ticketing.ticket_tiers'),
    await count('ticketing.drops'),
  ]).toEqual(before);
});

const wrong: [string, Record<string, unknown>, string][] = [
  ['E2', { title: 1 }, 'title'],
  ['E2', { title: '   ' }, 'title'],
  ['E2', { title: 'a\u0000b' }, 'title'],
  ['E2', { description: 'a\u0000b' }, 'description'],
  ['E2', { title: 'x'.repeat(201) }, 'title'],
  ['E2', { venue: {} }, 'venue.name'],
  ['E2', { colour: 'red' }, 'colour'],
  ['E2', { status: 'ended' }, 'status'],
  ['E2', { tiers: [] }, 'tiers'],
  ['E2', { tiers: [tier({ quantity: 0 })] }, 'tiers.0.quantity'],
  ['E2', { tiers: [tier({ priceCents: 1.5 })] }, 'tiers.0.priceCents'],
  ['E2', { tiers: [tier({ priceCents: -1 })] }, 'tiers.0.priceCents'],
  ['E2', { tiers: [tier({ sold: 3 })] }, 'tiers.0.sold'],
  ['E2', { drop: { opensAt: '2027-01-01T00:00:00Z', limitPerFan: 0 } }, 'drop.limitPerFan'],
  ['E2', { drop: { opensAt: '2027-01-01T00:00:00Z', overbook: 0 } }, 'drop.overbook'],
  ['E2', { drop: {} }, 'drop.opensAt'],
  ['E3', { tiers: [tier(), tier({ name: 'Box', currency: 'USD' })] }, 'tiers.1.currency'],
  ['E3', { tiers: [tier({ currency: 'XQZ' })] }, 'tiers.0.currency'],
  ['E3', { tiers: [tier(), tier({ name: ' floor' })] }, 'tiers.1.name'],
  ['E4', { startsAt: 'tomorrow' }, 'startsAt'],
  ['E4', { startsAt: '2020-01-01T20:00:00Z' }, 'startsAt'],
  ['E4', { startsAt: '2027-02-30T20:00:00Z' }, 'startsAt'],
  ['E4', { startsAt: '9999-01-01T20:00:00Z' }, 'startsAt'],
  ['E4', { drop: { opensAt: '2199-01-01T00:00:00Z' } }, 'drop.opensAt'],
  ['E4', { drop: { opensAt: '2020-01-01T00:00:00Z', endsAt: '2020-02-01T00:00:00Z' } }, 'drop.endsAt'],
  ['E5', { venue: { name: 'Hall', timeZone: 'Middle/Earth' } }, 'venue.timeZone'],
  ['E5', { venue: { name: 'Hall', timeZone: '+02:00' } }, 'venue.timeZone'],
];
test.each(wrong)(
  'E2, E3, E4, E5: by rule %s a body with %j is refused with its field',
  async (_rule, over, field) => {
    const refused = await c.create(over);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field } });
  },
);

test('E3: a currency is known in any case and stored in capitals', async () => {
  const made = await c.create({ tiers: [tier({ currency: 'eur' })] });
  expect(made.body).toMatchObject({ currency: 'EUR', tiers: [{ currency: 'EUR' }] });
});

test('E6: without a drop the sale is plain and open at once', async () => {
  const { body: made } = await c.create({ drop: undefined });
  expect(made.drop).toMatchObject({ phase: 'live', hasLine: false });
});

test('E6: a drop without a line keeps its times', async () => {
  const opensAt = c.inHours(5);
  const { body: made } = await c.create({
    drop: { line: false, opensAt, endsAt: c.inHours(6), limitPerFan: 2 },
  });
  expect(made.drop).toMatchObject({
    phase: 'scheduled',
    hasLine: false,
    opensAt,
    endsAt: expect.any(String),
    limitPerFan: 2,
  });
});

test('E6: opensAt in the past makes it live at once, with an empty draw', async () => {
  const { body: made } = await c.create({
    drop: { opensAt: c.inHours(-1), maxTurns: 5000, overbook: 100, turnSeconds: 60 },
  });
  expect(made.drop).toMatchObject({ phase: 'live', hasLine: true });
  const [draw] = await c.sql(
    `select place_count, seed is not null as drawn from ticketing.draws where drop_id = $1`,
    [made.drop.id],
  );
  expect(draw).toEqual({ place_count: 0, drawn: true });
});
