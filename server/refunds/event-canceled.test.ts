import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Catalog, createCatalog } from '../catalog/index.ts';
import { altered, CARDS } from '../checkout/testing.ts';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import type { Account } from '../transport/index.ts';
import type { EventCanceled } from './event-canceled.ts';
import { codeOf, type RefundWorld, refundWorld, type Sold } from './testing.ts';

let w: RefundWorld;
let catalog: Catalog;
let first: Sold;
let second: Sold;
let vendor: Account;

beforeAll(async () => {
  w = await refundWorld();
  catalog = createCatalog(w.world);
});
afterAll(() => w.close());
beforeEach(async () => {
  first = await w.sell();
  second = await w.sell({ event: first.event });
  await w.sql('delete from ticketing.outbox');
  vendor = { id: first.event.vendorId, role: 'vendor', name: 'V', sessionId: w.world.ids.next() };
});

const REASON = 'The hall is under water';
const cancel = (refund?: 'offer' | 'all') =>
  catalog.cancel(vendor, first.event.eventId, { reason: ` ${REASON} `, ...(refund ? { refund } : {}) });
const owed = async () =>
  (
    await w.sql<{ payload: EventCanceled }>(
      `select payload from ticketing.outbox where topic = 'event.canceled'`,
    )
  ).map(({ payload }) => payload);
const statuses = async () => [...(await w.statusesOf(first)), ...(await w.statusesOf(second))];
const unique = <T>(values: T[]) => [...new Set(values)];

test('E22: a sold event is canceled with its sale, and what it owes is written with it', async () => {
  expect(codeOf(await catalog.remove(vendor, first.event.eventId))).toBe('INVALID_STATE');
  const canceled = await cancel();
  expect(canceled).toMatchObject({ ok: true, value: { status: 'canceled', drop: { phase: 'canceled' } } });
  expect(await owed()).toEqual([
    { eventId: first.event.eventId, actorId: vendor.id, reason: REASON, refund: 'offer' },
  ]);
  expect(codeOf(await cancel())).toBe('INVALID_STATE');
  expect(await owed()).toHaveLength(1);
  expect(unique(await statuses())).toEqual(['issued']);
  // Offered: each fan takes it back whole, whatever the terms say.
  await w.changeTerms(first.event, { untilHours: null });
  expect(await w.given(first)).toMatchObject({ amountCents: 10_000, cause: 'event_canceled' });
});

test('E22: somebody else’s event does not exist, and nothing is owed after a refusal', async () => {
  const other: Account = { ...vendor, id: (await w.world.createUser('vendor')).id };
  const refused = await catalog.cancel(other, first.event.eventId, { reason: REASON });
  expect(codeOf(refused)).toBe('NOT_FOUND');
  expect(codeOf(await catalog.cancel(vendor, first.event.eventId, { reason: REASON }, '"999-x"'))).toBe(
    'EDIT_CONFLICT',
  );
  expect(await owed()).toEqual([]);
});

test('E22: what was only held goes back, and a payment under way is given back', async () => {
  const held = await w.book({ event: first.event });
  expect((await cancel('all')).ok).toBe(true);
  const paid = await w.checkout.pay(
    held.userId,
    { orderId: held.orderId, method: { provider: 'test', card: '4242424242424242' } },
    null,
  );
  expect(paid.ok).toBe(false);
  const [row] = await w.sql<{ reserved: number }>(
    'select sum(reserved_quantity)::int as reserved from ticketing.ticket_tiers where event_id = $1',
    [first.event.eventId],
  );
  expect(row?.reserved).toBe(0);
});

test('F39: all tickets go back by themselves, also when two workers run it and when it runs again', async () => {
  await w.terms(first.event, { feeCents: 500, approval: true });
  await w.given(first, first.ticketIds.slice(0, 1));
  expect((await cancel('all')).ok).toBe(true);
  const [payload] = await owed();
  const run = w.refunds.jobs['event.canceled'] as (payload: unknown) => Promise<void>;
  await Promise.all([run(payload), w.anotherRefunds().jobs['event.canceled']?.(payload)]);
  await run(payload);
  await w.refunds.settle({ all: true });
  const left = await statuses();
  // What its fan asked for before, and nobody approved yet, stays an operator's to decide.
  expect(unique(left.slice(1))).toEqual(['refunded']);
  expect(await w.returned(second)).toBe(10_000);
  expect(brokenInvariants(await checkInvariants(w.world.ledger.reads))).toEqual([]);
});

test('F39: money that was still being taken goes back as well, once it is in', async () => {
  const late = await w.book({ event: first.event });
  const providers = altered(w.providers, 'capture', async () => ({ state: 'unknown' }));
  const method = { provider: 'test' as const, card: CARDS.good };
  await w.another({ providers }).pay(late.userId, { orderId: late.orderId, method }, null);
  expect((await cancel('all')).ok).toBe(true);
  const [payload] = await owed();
  const run = w.refunds.jobs['event.canceled'] as (payload: unknown) => Promise<void>;
  await expect(run(payload)).rejects.toThrow('still being taken');
  await w.recoverAll();
  await run(payload);
  await w.refunds.settle({ all: true });
  expect(unique(await statuses())).toEqual(['refunded']);
  expect(await w.returned({ ...late, ticketIds: [] })).toBe(10_000);
});

test('F39: a ticket that cannot go back does not stop the others', async () => {
  await w.sql(`update ticketing.tickets set status = 'redeemed', redeemed_at = now() where id = $1`, [
    first.ticketIds[0],
  ]);
  expect((await cancel('all')).ok).toBe(true);
  await w.refunds.jobs['event.canceled']?.((await owed())[0]);
  await w.refunds.settle({ all: true });
  const left = await statuses();
  expect(left[0]).toBe('redeemed');
  expect(unique(left.slice(1))).toEqual(['refunded']);
});

test('F39: where the money is only offered, nothing goes back by itself', async () => {
  expect((await cancel('offer')).ok).toBe(true);
  await w.refunds.jobs['event.canceled']?.((await owed())[0]);
  expect(unique(await statuses())).toEqual(['issued']);
});
