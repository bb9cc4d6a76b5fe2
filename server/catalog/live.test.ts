import { afterAll, beforeAll, expect, test } from 'vitest';
import { createReadLive, eventNow, type LiveEvent } from './live.ts';
import { loadEvents } from './read.ts';
import { type CatalogWorld, catalogWorld } from './testing.ts';

let c: CatalogWorld;
beforeAll(async () => {
  c = await catalogWorld();
});
afterAll(() => c.close());

test('E31: what stays of an event with what is live laid over is the event as it is read whole', async () => {
  const made = await c.create();
  const { id } = made.body;
  const [before] = await loadEvents(c.world.ledger.reads, [id]);
  await c.sql(`update ticketing.ticket_tiers set reserved_quantity = 7, issued_quantity = 3, price_cents = 4200, range_min_cents = 1,
    range_max_cents = 9, presale_until = now() + interval '1 hour' where event_id = '${id}' and position = 0`);
  await c.sql(
    `update ticketing.drops set phase = 'live', opens_at = now(), limit_per_fan = 9 where event_id = '${id}'`,
  );
  const read = createReadLive(c.world.ledger.reads);
  const live = (await read(id)) as LiveEvent;
  const [whole] = await loadEvents(c.world.ledger.reads, [id]);
  expect(eventNow(before!.view, live)).toEqual(whole!.view);
  expect(JSON.stringify(eventNow(before!.view, live))).toBe(JSON.stringify(whole!.view));
  expect(whole!.view.tiers[0]).toMatchObject({
    available: 90,
    held: 7,
    sold: 3,
    priceCents: 4200,
    priceRange: { minCents: 1, maxCents: 9 },
  });
});

test('E31: those who ask at the same time are answered by one statement', async () => {
  const ids = await Promise.all(
    [c.create(), c.create(), c.create()].map(async (made) => (await made).body.id as string),
  );
  let statements = 0;
  const count: typeof c.world.ledger.reads.all = (...asked) => {
    statements++;
    return c.world.ledger.reads.all(...asked);
  };
  const read = createReadLive({ ...c.world.ledger.reads, all: count });
  const rows = await Promise.all([...ids, ...ids, ...ids].map((id) => read(id)));
  expect(rows.map((row) => row?.id)).toEqual([...ids, ...ids, ...ids]);
  expect(statements).toBe(1);
});

test('E33: tiers that are others, or another version, are no match', async () => {
  const made = await c.create();
  const [kept] = await loadEvents(c.world.ledger.reads, [made.body.id]);
  const live = (await createReadLive(c.world.ledger.reads)(made.body.id)) as LiveEvent;
  expect(eventNow(kept!.view, { ...live, version: live.version + 1 })).toBeNull();
  expect(eventNow(kept!.view, { ...live, tiers: live.tiers!.slice(1) })).toBeNull();
  expect(eventNow(kept!.view, { ...live, tiers: [...live.tiers!].reverse() })).toBeNull();
});
