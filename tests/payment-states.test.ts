/** docs/payment-states.md beside the code and the ledger: a table that has grown old fails here. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nextStatus, ORDER_EVENTS } from '../server/checkout/index.ts';
import { type OrderStatus, REFUND_STATUSES } from '../server/protocol/index.ts';
import { nextRefundStatus, REFUND_EVENTS } from '../server/refunds/index.ts';
import { type TestWorld, testWorld } from '../server/stores/testing.ts';
import { STEPS_WALKED } from './walk/steps.ts';
import { tableUnder } from './walk/tables.ts';

const doc = readFileSync(new URL('../docs/payment-states.md', import.meta.url), 'utf8');
const ORDER_STATUSES: Record<OrderStatus, true> = {
  pending: true,
  paying: true,
  committed: true,
  paid: true,
  partially_refunded: true,
  refunded: true,
  expired: true,
  canceled: true,
};

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

/** What a trigger of the ledger allows: every `'from>to'` of its text. */
async function guarded(name: string): Promise<string[]> {
  const { rows } = await world.ledger.reads.raw.query<{ text: string }>(
    'select pg_get_functiondef($1::regproc) as text',
    [`ticketing.${name}`],
  );
  return [...(rows[0]?.text ?? '').matchAll(/'([a-z_]+>[a-z_]+)'/g)].map(([, edge]) => edge as string).sort();
}

const moves = (edges: readonly string[][]): string[] =>
  [...new Set(edges.filter(([from, , to]) => from !== to).map(([from, , to]) => `${from}>${to}`))].sort();

test("O40: the page's edges of orders are the code's and the ledger's", async () => {
  const written = tableUnder(doc, 'Orders').map(([from, event, to]) => [from, event, to] as string[]);
  const coded = (Object.keys(ORDER_STATUSES) as OrderStatus[]).flatMap((from) =>
    ORDER_EVENTS.flatMap((event) => {
      const to = nextStatus(from, event);
      return to === null ? [] : [[from, event, to]];
    }),
  );
  expect(written.map(String).sort()).toEqual(coded.map(String).sort());
  expect(moves(written)).toEqual(await guarded('guard_order'));
});

test("O40: the page's edges of refunds are the code's and the ledger's", async () => {
  const written = tableUnder(doc, 'Refunds').map(([from, event, to]) => [from, event, to] as string[]);
  const coded = REFUND_STATUSES.flatMap((from) =>
    REFUND_EVENTS.flatMap((event) => {
      const to = nextRefundStatus(from, event);
      return to === null ? [] : [[from, event, to]];
    }),
  );
  expect(written.map(String).sort()).toEqual(coded.map(String).sort());
  expect(moves(written)).toEqual(await guarded('guard_refund'));
});

test('O40: every status the ledger allows a payment is on the page, and no other', async () => {
  const { rows } = await world.ledger.reads.raw.query<{ text: string }>(
    `select pg_get_constraintdef(oid) as text from pg_constraint where conname = 'payments_status_check'`,
  );
  const allowed = [...(rows[0]?.text ?? '').matchAll(/'([a-z_]+)'::text/g)].map(([, status]) => status);
  expect(tableUnder(doc, 'Payments').map(([status]) => status)).toEqual(
    expect.arrayContaining(allowed as string[]),
  );
  expect(tableUnder(doc, 'Payments')).toHaveLength(allowed.length);
});

test('O41: the steps of the page are those the walk kills before and after', () => {
  const steps = tableUnder(doc, 'Steps, and what a kill leaves').map(([step]) => step);
  expect(steps).toEqual(STEPS_WALKED);
});
