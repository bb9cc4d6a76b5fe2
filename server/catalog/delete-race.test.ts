import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHolds, type Holds } from '../holds/index.ts';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { createCatalog } from './index.ts';
import { type CatalogWorld, catalogWorld } from './testing.ts';

let c: CatalogWorld;
let holds: Holds;

beforeAll(async () => {
  c = await catalogWorld();
  holds = createHolds(c.world);
});
afterAll(() => c.close());

test('E13: holds that race a deletion are all given back, and none comes after it', async () => {
  const { body: made } = await c.create({ drop: undefined });
  const fans = await c.world.createUsers(200);
  const place = (userId: string) =>
    holds.place(userId, {
      dropId: made.drop.id,
      requestId: randomUUID(),
      items: [{ tierId: made.tiers[0].id, quantity: 1 }],
    });
  await place(fans[0] as string);
  const catalog = createCatalog({ ...c.world, announce: (dropId) => holds.gate.publish(dropId) });
  const vendor: Account = { id: c.vendor.user.id, role: 'vendor', name: 'Vendor', sessionId: randomUUID() };
  const [deleted, ...placed] = await Promise.all([
    catalog.remove(vendor, made.id),
    ...fans.slice(1).map(place),
  ]);
  expect(deleted).toMatchObject({ ok: true, value: { status: 'canceled' } });
  for (const answer of placed) if (!answer.ok) expect(['NOT_OPEN', 'SOLD_OUT']).toContain(answer.error.code);
  expect(await place(fans[0] as string)).toMatchObject({ ok: false, error: { code: 'NOT_OPEN' } });
  const live = await c.world.ledger.reads.all(
    statement('t', `select id from ticketing.holds where drop_id = $1 and status in ('active', 'paying')`),
    [made.drop.id],
  );
  expect(live).toEqual([]);
  expect((await c.get(`/events/${made.id}`)).body.tiers[0]).toMatchObject({ available: 100, held: 0 });
  expect(brokenInvariants(await checkInvariants(c.world.ledger.reads))).toEqual([]);
});
