/**
 * A house to look around in for `browse.ts`: 5,000 accounts, 500 events on sale without a line, 50,000 tickets sold, bought
 * through the real checkout, and 25,000 small pictures of earlier nights. `SCALE=2` doubles events, tickets and pictures.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { holdMany, TICKETS } from '../scripts/bench/held.ts';
import { pool, print } from '../scripts/bench/world.ts';
import { createCheckout } from '../server/checkout/index.ts';
import { createHolds } from '../server/holds/index.ts';
import { createProviders } from '../server/payments/index.ts';
import { mintAccounts } from './accounts.ts';
import { fillCatalogue } from './catalogue.ts';
import { fillPictures } from './gallery.ts';
import type { Scenario } from './prepare-drop.ts';

const SCALE = Number(process.env.SCALE ?? 1);
const EVENTS = 500 * SCALE;
const ACCOUNTS = 5_000;
const BUYERS_PER_EVENT = 50;
const PICTURES = 25_000 * SCALE;
const AT_ONCE = 200;

const OPEN_SALES = `
  with made as (
    insert into ticketing.drops (id, event_id, phase, has_line, opens_at, turn_seconds, claim_seconds, hold_seconds, max_turns,
                                 overbook, limit_per_fan, secret_hash)
    select gen_random_uuid(), e, 'live', false, now() - interval '1 day', 600, 60, 900, 500, 1, 100, sha256(sha256(e::text::bytea))
      from unnest($1::uuid[]) as e
    returning id, event_id),
  secrets as (
    insert into ticketing.drop_secrets (drop_id, secret, receipt_salt)
    select id, sha256(event_id::text::bytea), sha256(id::text::bytea) from made),
  lines as (insert into ticketing.lines (drop_id) select id from made)
  select m.id as "dropId", m.event_id as "eventId",
         (select t.id from ticketing.ticket_tiers t where t.event_id = m.event_id order by t.position limit 1) as "tierId"
    from made m`;

/** From the metrics: of each kind of page, how many were read and how. */
function hitsOf(metrics: string): string[] {
  const reads = new Map<string, Record<string, number>>();
  for (const [, what = '', result = '', n] of metrics.matchAll(
    /^holdfast_cache_reads_total\{what="(\w+)",result="(\w+)"\} (\d+)$/gm,
  ))
    reads.set(what, { ...reads.get(what), [result]: Number(n) });
  return [...reads].map(([what, by]) => {
    const all = Object.values(by).reduce((sum, n) => sum + n, 0);
    const how = Object.entries(by).map(([result, n]) => `${n} ${result}`);
    return `cache, ${what}: ${((100 * (by.hit ?? 0)) / all).toFixed(1)} % hits (${how.join(', ')})`;
  });
}

export const prepareBrowse: Scenario = async ({ world, keys }) => {
  const started = performance.now();
  const db = world.ledger.reads;
  const fans = await mintAccounts({ ...world, keys }, ACCOUNTS);
  const vendor = await world.createUser('vendor');
  const made = await fillCatalogue({ db, ids: world.ids, nowMs: world.clock.now() }, vendor.id, EVENTS);
  const { rows: sales } = await db.raw.query(OPEN_SALES, [made.eventIds]);
  const holds = createHolds(world);
  const checkout = createCheckout({
    ...world,
    keys,
    notify: { toUser: () => undefined, toVendor: () => undefined },
    providers: createProviders({ db: world.ledger.payments, clock: world.clock, testCards: true }),
    holds,
  });
  for (const [i, { eventId, dropId, tierId }] of sales.entries()) {
    const first = (i * BUYERS_PER_EVENT) % ACCOUNTS;
    const buyers = fans.slice(first, first + BUYERS_PER_EVENT).map((fan) => fan.id);
    const held = await holdMany(world, { eventId, dropId, tierIds: [tierId] }, buyers, BUYERS_PER_EVENT);
    await pool(held.length, AT_ONCE, async (n) => {
      const { userId, holdId } = held[n] as (typeof held)[number];
      const booked = await checkout.book(userId, { holdId }, null);
      if (!booked.ok) throw new Error(`not booked: ${booked.error.code}`);
      const method = { provider: 'test' as const, card: '4242424242424242' };
      const paid = await checkout.pay(userId, { orderId: booked.value.order.id, method }, null);
      if (!paid.ok) throw new Error(`not paid: ${paid.error.code}`);
    });
  }
  await checkout.idle();
  await holds.idle();
  const folder = join(world.dir, 'data/pictures');
  const people = fans.map((fan) => fan.id);
  await fillPictures({ db, ids: world.ids, folder }, made.eventIds, people, PICTURES);
  await db.raw.query('vacuum analyze');
  print(
    `${ACCOUNTS} accounts, ${EVENTS} events, ${EVENTS * BUYERS_PER_EVENT * TICKETS} tickets, ${PICTURES} pictures in ${((performance.now() - started) / 1000).toFixed(0)} s`,
  );
  const tokens = join(world.dir, 'tokens.json');
  const catalogue = join(world.dir, 'catalogue.json');
  // Tokens live ten minutes, and filling the house takes some of them.
  writeFileSync(tokens, JSON.stringify(fans.map((fan) => fan.renew())));
  writeFileSync(
    catalogue,
    JSON.stringify({
      words: made.artists,
      cities: made.cities,
      types: made.types,
      events: sales.map((sale) => ({ id: sale.eventId, tierId: sale.tierId })),
    }),
  );
  return {
    env: { TOKENS: tokens, CATALOGUE: catalogue },
    async report(url) {
      const { rows } = await db.raw.query('select count(*)::int as sold from ticketing.tickets');
      return [`${rows[0].sold} tickets sold in all`, ...hitsOf(await (await fetch(`${url}/metrics`)).text())];
    },
  };
};
