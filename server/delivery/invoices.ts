/** Invoices and credit notes: issued by the ledger (issue-invoice.function.sql), printed from what it kept. */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { InvoiceData, InvoiceSheet } from './invoice-sheet.ts';

const ISSUE = statement('invoice_issue', 'select outcome from ticketing.issue_invoice($1)');
const CREDIT = statement('credit_note_issue', 'select outcome from ticketing.issue_credit_note($1)');
const OWN_ORDER = statement(
  'invoice_order',
  'select status, paid_at is not null as paid from ticketing.orders where id = $1 and user_id = $2',
);
const OF_ORDER = statement(
  'invoices_of_order',
  `select kind, number, issued_at as "issuedAt", currency, data from ticketing.invoices
    where order_id = $1 order by issued_at, kind desc, number`,
);

export const issueInvoice = async (db: Db, orderId: string): Promise<string> =>
  (await db.one<{ outcome: string }>(ISSUE, [orderId]))?.outcome ?? 'NOT_FOUND';

export const issueCreditNote = async (db: Db, refundId: string): Promise<string> =>
  (await db.one<{ outcome: string }>(CREDIT, [refundId]))?.outcome ?? 'NOT_FOUND';

interface Row extends Omit<InvoiceSheet, 'issuedAt'> {
  issuedAt: Date;
  data: InvoiceData;
}

/** The owner's invoice and its credit notes; issued now where the job has not got to it yet (rules M32, M40). */
export async function readInvoices(db: Db, userId: string, orderId: string): Promise<Result<InvoiceSheet[]>> {
  const order = await db.one<{ status: string; paid: boolean }>(OWN_ORDER, [orderId, userId]);
  if (!order) return refuse('NOT_FOUND');
  if (!order.paid)
    return refuse('INVALID_STATE', { status: order.status }, 'This order has no invoice: it is not paid.');
  await issueInvoice(db, orderId);
  const rows = await db.all<Row>(OF_ORDER, [orderId]);
  return ok(rows.map((row) => ({ ...row, issuedAt: row.issuedAt.toISOString() })));
}
