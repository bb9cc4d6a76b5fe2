import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InvoiceData } from './invoice-sheet.ts';
import { issueCreditNote, issueInvoice } from './invoices.ts';
import { type DeliveryWorld, deliveryWorld } from './testing.ts';

let it: DeliveryWorld;
beforeAll(async () => {
  it = await deliveryWorld();
});
afterAll(() => it.close());

interface Row {
  id: string;
  number: number;
  kind: string;
  order_id: string;
  invoice_id: string | null;
  total_cents: number;
  issued_at: Date;
  data: InvoiceData;
}
const db = () => it.world.ledger.payments;
const ofVendor = (vendorId: string, kind = 'invoice') =>
  it.sql<Row>('select * from ticketing.invoices where vendor_id = $1 and kind = $2 order by number', [
    vendorId,
    kind,
  ]);
const ofOrder = (orderId: string) =>
  it.sql<Row>('select * from ticketing.invoices where order_id = $1 order by kind desc', [orderId]);

test('M40: a paid order has one invoice, asked for by eight at once; an unpaid one has none', async () => {
  const { orderId, userId } = await it.bought();
  await Promise.all(Array.from({ length: 8 }, () => issueInvoice(db(), orderId)));
  expect(await ofOrder(orderId)).toHaveLength(1);
  const pending = await it.book();
  expect(await issueInvoice(db(), pending.orderId)).toBe('NOT_PAID');
  const refused = await it.delivery.paper.invoice(pending.userId, pending.orderId);
  expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID_STATE' } });
  expect(await it.delivery.paper.invoice(userId, orderId)).toMatchObject({ ok: true });
});

test('M41: numbers are 1, 2, 3 … in the order of their times, for each vendor, whatever fails in between', async () => {
  const vendors = [await it.world.createUser('vendor'), await it.world.createUser('vendor')];
  const orders: string[][] = [];
  for (const vendor of vendors) {
    const event = await it.event({ vendorId: vendor.id });
    const own: string[] = [];
    for (let n = 0; n < 12; n++) own.push((await it.bought({ event, quantity: 1 })).orderId);
    orders.push(own);
  }
  const asked = orders.flat();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(asked.length - 1), fc.boolean()), { minLength: 6, maxLength: 12 }),
      async (steps) => {
        await Promise.all(
          steps.map(([index, fails]) =>
            db()
              .transaction(async (tx) => {
                await issueInvoice(tx, asked[index] as string);
                if (fails) throw new Error('as if the process had died');
              })
              .catch((err: Error) => expect(err.message).toBe('as if the process had died')),
          ),
        );
        for (const vendor of vendors) {
          const issued = await ofVendor(vendor.id);
          expect(issued.map((row) => row.number)).toEqual(issued.map((_row, index) => index + 1));
          const times = issued.map((row) => row.issued_at.getTime());
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(new Set(issued.map((row) => row.order_id)).size).toBe(issued.length);
        }
      },
    ),
    { numRuns: 12 },
  );
});

test('M42: lines and totals are the order’s, with discount, fee and tax, added or contained', async () => {
  for (const contained of [false, true]) {
    const booking = await it.book({ quantity: 3 });
    const [added, within] = contained ? [0, 412] : [429, 0];
    // 5,000 - 500 + 210 = 4,710 at 9.1 % or 9.6 %: what pricing would have written.
    const bp = contained ? 959 : 911;
    const unit = 5_000 - 500 + 210 + added;
    await it.sql(
      `insert into ticketing.event_terms (event_id, tax_name, tax_bp, tax_included) values ($1, 'MWST', $2, $3)`,
      [booking.event.eventId, bp, contained],
    );
    await it.sql(
      `update ticketing.order_items set unit_price_cents = 5000, unit_discount_cents = 500, unit_fee_cents = 210, unit_tax_cents = $2, unit_tax_included_cents = $3 where order_id = $1`,
      [booking.orderId, added, within],
    );
    await it.sql(
      `update ticketing.orders set subtotal_cents = 15000, discount_cents = 1500, fees_cents = 630, tax_cents = $2, tax_included_cents = $3,
         total_cents = $4, paid_at = now() where id = $1`,
      [booking.orderId, 3 * added, 3 * within, 3 * unit],
    );
    expect(await issueInvoice(db(), booking.orderId)).toBe('ISSUED');
    const [invoice] = await ofOrder(booking.orderId);
    expect(invoice?.total_cents).toBe(3 * unit);
    expect(invoice?.data).toMatchObject({
      tax: { name: 'MWST', bp },
      subtotalCents: 15_000,
      discountCents: 1_500,
      feesCents: 630,
      taxCents: 3 * added,
      taxIncludedCents: 3 * within,
      lines: [
        {
          quantity: 3,
          unitPriceCents: 5_000,
          unitDiscountCents: 500,
          unitTaxCents: added,
          totalCents: 3 * unit,
        },
      ],
    });
  }
});

test('M43: an issued invoice never changes, whatever is renamed; the ledger refuses to change or delete it', async () => {
  const { orderId, userId, event } = await it.bought();
  await issueInvoice(db(), orderId);
  const [before] = await ofOrder(orderId);
  await it.sql(`update accounts.users set name = 'Somebody Else' where id = $1`, [userId]);
  await it.sql(`update events.events set title = 'Renamed' where id = $1`, [event.eventId]);
  await issueInvoice(db(), orderId);
  expect(await ofOrder(orderId)).toEqual([before]);
  await expect(
    it.sql('update ticketing.invoices set total_cents = 1 where order_id = $1', [orderId]),
  ).rejects.toThrow(/never changes/);
  await expect(it.sql('delete from ticketing.invoices where order_id = $1', [orderId])).rejects.toThrow(
    /never changes/,
  );
});

test('M44: a settled refund has one credit note naming its invoice; money that was never invoiced has none', async () => {
  const { orderId, userId, event } = await it.bought({ quantity: 2 });
  const [payment] = await it.sql<{ id: string }>('select id from ticketing.payments where order_id = $1', [
    orderId,
  ]);
  const [ticket] = await it.sql<{ id: string }>(
    'select id from ticketing.tickets where order_id = $1 limit 1',
    [orderId],
  );
  const make = async (status: string, paymentId: string | null, amount: number): Promise<string> => {
    const id = it.world.ids.next();
    await it.sql(
      `insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, amount_cents, currency)
       values ($1, $2, $3, $4, $5, $6, 'fan', $7, 'EUR')`,
      [id, orderId, paymentId, userId, event.eventId, status, amount],
    );
    return id;
  };
  const refundId = await make('sending', payment?.id as string, 4_000);
  await it.sql(
    'insert into ticketing.refund_tickets (refund_id, ticket_id, amount_cents) values ($1, $2, 4000)',
    [refundId, ticket?.id],
  );
  expect(await issueCreditNote(db(), refundId)).toBe('NOT_SETTLED');
  await it.sql(`update ticketing.refunds set status = 'succeeded' where id = $1`, [refundId]);
  await Promise.all([1, 2, 3].map(() => issueCreditNote(db(), refundId)));
  const [invoice, note, ...rest] = await ofOrder(orderId);
  expect(rest).toEqual([]);
  expect(note).toMatchObject({ kind: 'credit_note', number: 1, invoice_id: invoice?.id, total_cents: 4_000 });
  expect(note?.data).toMatchObject({
    invoiceNumber: invoice?.number,
    lines: [{ quantity: 1, totalCents: 4_000 }],
  });
  expect(await issueCreditNote(db(), await make('succeeded', null, 4_000))).toBe('NOTHING');
  expect(await issueCreditNote(db(), await make('succeeded', payment?.id as string, 0))).toBe('NOTHING');
});
