import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FacetView } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createSearch, type Search } from './index.ts';
import type { BrowseQuery } from './query.ts';

let world: TestWorld;
let search: Search;
let vendorId: string;
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(world.clock.now() + days * DAY_MS);

beforeAll(async () => {
  world = await testWorld();
  search = createSearch(world);
  vendorId = (await world.createUser('vendor')).id;
});
afterAll(() => world.close());

const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('test', text), values);

interface Seed {
  title: string;
  artist?: string;
  venue?: string;
  city?: string;
  type?: string;
  currency?: string;
  priceCents?: number;
  startAt?: Date;
}
async function seed(over: Seed): Promise<string> {
  const { eventId } = await world.createEvent({
    vendorId,
    title: over.title,
    type: over.type ?? 'concert',
    ...(over.startAt ? { startAt: over.startAt } : {}),
    ...(over.currency ? { currency: over.currency } : {}),
    tiers: [{ priceCents: over.priceCents ?? 5_000 }],
  });
  await sql(
    `update events.events set artist = $2, venue_name = coalesce($3, venue_name), venue_city = coalesce($4, venue_city) where id = $1`,
    [eventId, over.artist ?? null, over.venue ?? null, over.city ?? null],
  );
  return eventId;
}
async function found(query: BrowseQuery): Promise<{ titles: string[]; readAs: string | null }> {
  const page = await search.find({ limit: 200, ...query });
  if (!page.ok) throw new Error(page.error.message);
  const rows = await sql<{ id: string; title: string }>(
    'select id, title from events.events where id = any ($1)',
    [page.value.ids],
  );
  const titleOf = new Map(rows.map((row) => [row.id, row.title]));
  return { titles: page.value.ids.map((id) => titleOf.get(id) as string), readAs: page.value.readAs };
}

describe('words', () => {
  beforeAll(async () => {
    await seed({
      title: 'Metallica: M72',
      artist: 'Metallica',
      venue: 'Stade de Suisse',
      city: 'Bern',
      type: 'metal',
    });
    await seed({
      title: 'Beyoncé — Renaissance',
      artist: 'Beyoncé',
      venue: 'Letzigrund',
      city: 'Zürich',
      type: 'pop',
    });
    await seed({ title: 'Football final', venue: 'Letzigrund', city: 'Zürich', type: 'sport' });
    await seed({
      title: 'Кино in concert',
      artist: 'Кино',
      venue: 'Volkshaus',
      city: 'Genève',
      type: 'rock',
    });
    await seed({ title: 'Ballet evening', venue: 'Opera', city: 'Lausanne', type: 'dance' });
  });

  test.each([
    ['metallica', ['Metallica: M72']],
    ['METAL bern', ['Metallica: M72']],
    ['beyonce', ['Beyoncé — Renaissance']],
    ['BEYONCÉ zurich', ['Beyoncé — Renaissance']],
    ['КИНО geneve', ['Кино in concert']],
    ['ball', ['Ballet evening', 'Football final']],
    ['final letzi', ['Football final']],
    ['m72', ['Metallica: M72']],
  ])('L1: %s is found', async (text, titles) => {
    const result = await found({ search: text });
    expect([...result.titles].sort()).toEqual(titles);
    expect(result.readAs).toBeNull();
  });

  test.each([
    ['metalica', 'metallica', ['Metallica: M72']],
    ['matallica bern', 'metallica bern', ['Metallica: M72']],
    ['metallca', 'metallica', ['Metallica: M72']],
    ['beyonec', 'beyonce', ['Beyoncé — Renaissance']],
    ['zurcih footbal', 'zurich footbal', ['Football final']],
  ])('L2: %s is read as %s', async (text, readAs, titles) => {
    expect(await found({ search: text })).toEqual({ titles, readAs });
  });

  test('L2: what is like nothing finds nothing, and so does one such word beside good ones', async () => {
    expect(await found({ search: 'xylophonist' })).toEqual({ titles: [], readAs: null });
    expect(await found({ search: 'metallica xylophonist' })).toEqual({ titles: [], readAs: null });
  });

  test('L3: a word that stands somewhere is not corrected, though together nothing fits', async () => {
    expect(await found({ search: 'football metallica' })).toEqual({ titles: [], readAs: null });
  });

  test('L1, L4: signs alone find nothing, blanks everything, operators are blanks', async () => {
    for (const signs of ['%', '&', '!', ':*', "'", '\\', '()'])
      expect(await found({ search: signs })).toEqual({ titles: [], readAs: null });
    expect((await found({ search: '   ' })).titles).toHaveLength(5);
    expect((await found({ search: "metal' | ballet:*" })).titles).toEqual([]);
  });

  test('L4: whatever is searched for is answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
        const page = await search.find({ search: text.replaceAll('\u0000', '') });
        expect(page.ok).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('L5: words in title or artist come before words elsewhere, then what sells', async () => {
    await seed({ title: 'Opera gala', venue: 'Kursaal', city: 'Bern' });
    const quiet = await seed({ title: 'Jazz at the opera', venue: 'Kursaal', city: 'Bern' });
    await sql('update events.listings set popularity = 3 where event_id = $1', [quiet]);
    expect((await found({ search: 'opera' })).titles).toEqual([
      'Jazz at the opera',
      'Opera gala',
      'Ballet evening',
    ]);
  });
});

describe('pages', () => {
  test.each(['relevance', 'popularity', 'date', 'price_asc', 'price_desc'] as const)(
    'L6: pages by %s are the whole list, cut',
    async (sort) => {
      const type = `pages ${sort}`;
      for (let i = 0; i < 17; i++) {
        const id = await seed({
          title: i % 3 ? `alpha ${i}` : `beta ${i}`,
          artist: i % 2 ? 'alpha' : 'beta',
          type,
          priceCents: (i % 4) * 100,
          startAt: inDays(1 + (i % 5)),
        });
        if (i % 4 > 1)
          await sql('update events.listings set popularity = $2 where event_id = $1', [id, i % 4]);
      }
      const query = { type, sort, search: 'alp' } as const;
      const whole = await search.find({ ...query, limit: 200 });
      if (!whole.ok) throw new Error('the whole list was refused');
      expect(whole.value.ids.length).toBeGreaterThan(10);
      const pages: string[] = [];
      let cursor: string | null = null;
      do {
        const page = await search.find({ ...query, limit: 3, ...(cursor ? { cursor } : {}) });
        if (!page.ok) throw new Error('a page was refused');
        pages.push(...page.value.ids);
        cursor = page.value.nextCursor;
      } while (cursor);
      expect(pages).toEqual(whole.value.ids);
    },
  );

  const place = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');
  const ID = '01890000-0000-7000-8000-000000000000';
  test.each([
    ['', 'nothing'],
    ['%%%', 'no code'],
    [place(['date', '2026-01-01', ID]), 'a date without a time'],
    [place(['date', '2026-99-01 00:00:00+00', ID]), 'a month that is none'],
    [place(['price_asc', '1', ID]), 'another order'],
    [place(['date', '2026-01-01 00:00:00+00', 'x']), 'no event'],
    [place(['date', '2026-01-01 00:00:00+00']), 'too little'],
    [place([]), 'an empty list'],
    ['bnVsbA', 'null'],
  ])('L6: the cursor %j (%s) is refused', async (cursor) => {
    expect(await search.find({ sort: 'date', cursor })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST', details: { field: 'cursor' } },
    });
  });
});

describe('popularity', () => {
  const sell = async (
    event: { eventId: string; tierIds: string[]; dropId: string },
    agoDays: number,
    n: number,
  ) => {
    const { id } = await world.createUser();
    const at = new Date(world.clock.now() - agoDays * DAY_MS);
    for (let i = 0; i < n; i++)
      await sql(
        `with h as (insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
             values (gen_random_uuid(), $1, $2, gen_random_uuid(), 'x', 'completed', 1, now(), 1) returning id),
           o as (insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents, currency)
             select gen_random_uuid(), gen_random_uuid()::text, $2, $3, $1, id, 'paid', 0, 0, 'CHF' from h returning id),
           i as (insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents)
             select gen_random_uuid(), id, $4, 1, 0 from o returning id, order_id)
         insert into ticketing.tickets (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status, created_at)
         select overlay(events.first_id_at($5)::text placing lpad(to_hex((random() * 1e9)::bigint), 12, '0') from 25)::uuid, order_id, id, 1, $3, $4, $2, 'issued', $5 from i`,
        [event.dropId, id, event.eventId, event.tierIds[0], at],
      );
  };

  test('L7: a ticket is worth half as much after a week; each is counted once, whoever reads', async () => {
    const [young, old, both] = [
      await world.createEvent({ vendorId, type: 'popular', title: 'young' }),
      await world.createEvent({ vendorId, type: 'popular', title: 'old' }),
      await world.createEvent({ vendorId, type: 'popular', title: 'both' }),
    ];
    await sell(young, 1, 3);
    await sell(old, 8, 5);
    await sell(both, 1, 2);
    const readings = await Promise.all([search.refreshPopularity(), search.refreshPopularity()]);
    expect(readings.sort()).toEqual([0, 3]);
    expect((await found({ type: 'popular', sort: 'popularity' })).titles).toEqual(['young', 'old', 'both']);
    const score = async (event: { eventId: string }) =>
      (
        await sql<{ popularity: number }>('select popularity from events.listings where event_id = $1', [
          event.eventId,
        ])
      )[0]?.popularity as number;
    // 3 tickets against 5 that are a week older: 2 ^ difference is 3 / 2.5.
    expect(2 ** ((await score(young)) - (await score(old)))).toBeCloseTo(3 / 2.5, 6);
    expect(2 ** ((await score(young)) - (await score(both)))).toBeCloseTo(3 / 2, 6);
  });
});

describe('facets', () => {
  test('L8, L9: filters combine, and each facet counts what would be found under all filters but its own', async () => {
    const types = ['talk', 'play', 'match'];
    const cities = ['Chur', 'Thun', 'Biel'];
    for (let i = 0; i < 30; i++)
      await seed({
        title: `facet ${i % 2 ? 'odd' : 'even'}`,
        type: types[i % 3] as string,
        city: cities[(i >> 1) % 3] as string,
        priceCents: [0, 1_000, 3_000, 9_000, 30_000][i % 5] as number,
        currency: i % 7 ? 'CHF' : 'EUR',
        startAt: inDays(2 + i * 3),
      });
    const maybe = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          search: fc.constantFrom('facet', 'odd', 'even'),
          type: maybe(types),
          city: maybe(cities),
          currency: maybe(['CHF', 'EUR']),
          minPriceCents: maybe([1, 2_000]),
          maxPriceCents: maybe([1_000, 20_000]),
          from: maybe([inDays(20).toISOString()]),
          to: maybe([inDays(60).toISOString()]),
        }),
        async (asked) => {
          const query = Object.fromEntries(
            Object.entries(asked).filter(([, value]) => value !== undefined),
          ) as BrowseQuery;
          const facets = await search.facets(query);
          if (!facets.ok) throw new Error(facets.error.message);
          const count = async (over: BrowseQuery) => (await found({ ...query, ...over })).titles.length;
          const without = (field: keyof BrowseQuery) => {
            const { [field]: _, ...rest } = query;
            return rest;
          };
          expect(facets.value.total).toBe(await count({}));
          for (const [facet, field] of [
            ['types', 'type'],
            ['cities', 'city'],
            ['currencies', 'currency'],
          ] as const) {
            const sum = (await found(without(field))).titles.length;
            expect(facets.value[facet].reduce((n, each) => n + each.count, 0)).toBe(sum);
            for (const { value, count: n } of facets.value[facet])
              expect(await count({ [field]: value })).toBe(n);
          }
          const { minPriceCents: _low, maxPriceCents: _high, ...anyPrice } = query;
          const bands = facets.value.prices;
          expect(bands.reduce((n, band) => n + band.count, 0)).toBe((await found(anyPrice)).titles.length);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('L9: what is like nothing has no facets; a date that is none is refused', async () => {
    const nothing: FacetView = { total: 0, types: [], cities: [], months: [], currencies: [], prices: [] };
    expect(await search.facets({ search: 'qqqqqqqq' })).toEqual({ ok: true, value: nothing });
    expect(await search.facets({ from: 'today' })).toMatchObject({
      ok: false,
      error: { details: { field: 'from' } },
    });
  });
});

describe('being current', () => {
  const listing = async (id: string) =>
    (
      await sql<{ prices: number[]; type: string }>(
        'select prices, type from events.listings where event_id = $1',
        [id],
      )
    )[0];

  test('L10: a listing follows publication, prices, closed tiers and cancelation', async () => {
    const { eventId, tierIds } = await world.createEvent({
      vendorId,
      type: 'life',
      status: 'draft',
      drop: null,
    });
    expect(await listing(eventId)).toBeUndefined();
    await sql(`update events.events set status = 'published' where id = $1`, [eventId]);
    expect(await listing(eventId)).toEqual({ prices: [5_000], type: 'life' });
    await sql('update ticketing.ticket_tiers set fee_cents = 100, tax_cents = 10 where id = $1', [
      tierIds[0],
    ]);
    expect((await listing(eventId))?.prices).toEqual([5_110]);
    await sql(`update ticketing.ticket_tiers set status = 'closed' where id = $1`, [tierIds[0]]);
    expect((await listing(eventId))?.prices).toEqual([]);
    await sql(`update events.events set status = 'canceled' where id = $1`, [eventId]);
    expect(await listing(eventId)).toBeUndefined();
  });

  test('L10: of two changes at once neither brings back what the other replaced', async () => {
    const { eventId, tierIds } = await world.createEvent({ vendorId, type: 'race' });
    for (let round = 1; round <= 20; round++) {
      await Promise.all([
        sql('update ticketing.ticket_tiers set price_cents = $2 where id = $1', [tierIds[0], round]),
        sql('update events.events set type = $2 where id = $1', [eventId, `race ${round}`]),
      ]);
      expect(await listing(eventId)).toEqual({ prices: [round], type: `race ${round}` });
    }
  });

  test('L11: a sale’s counters leave the listing alone', async () => {
    const { eventId, tierIds } = await world.createEvent({ vendorId, type: 'still' });
    const version = async () =>
      (
        await sql<{ xmin: string }>('select xmin::text from events.listings where event_id = $1', [eventId])
      )[0]?.xmin;
    const before = await version();
    await sql(
      'update ticketing.ticket_tiers set reserved_quantity = 1, version = version + 1 where id = $1',
      [tierIds[0]],
    );
    expect(await version()).toBe(before);
  });
});
