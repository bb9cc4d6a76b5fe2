/** Invoices and credit notes on paper: what was copied when they were issued, laid out (rules M42 to M44). */
import { amountInWords, dayInWords, oneLine, shareInWords, whenInWords } from './in-words.ts';
import { PAPER_TEXTS as texts } from './messages.ts';
import { openPaper, type Paper } from './type.ts';

export interface InvoiceLine {
  text: string;
  quantity: number;
  totalCents: number;
  /** An invoice's; a credit note says only what goes back. */
  unitPriceCents?: number;
  unitDiscountCents?: number;
  /** Of that discount, what points took off. */
  unitPointsCents?: number;
  unitFeeCents?: number;
  unitTaxCents?: number;
  unitTaxIncludedCents?: number;
}

/** What the ledger keeps of an invoice for ever (`ticketing.invoices.data`). */
export interface InvoiceData {
  seller: { name: string; email: string };
  buyer: { name: string; email: string };
  order: { reference: string; paidAt: string };
  event: { title: string; venue: string; startsAt: string; timeZone: string };
  payment: { provider: string; brand: string | null; last4: string | null } | null;
  tax: { name: string; bp: number | null };
  lines: InvoiceLine[];
  subtotalCents?: number;
  discountCents?: number;
  /** Of that discount, what points took off; and how many points. */
  pointsCents?: number;
  pointsUsed?: number;
  feesCents?: number;
  taxCents?: number;
  taxIncludedCents?: number;
  totalCents: number;
  /** A credit note's. */
  keptCents?: number;
  invoiceNumber?: number;
}

export interface InvoiceSheet {
  kind: 'invoice' | 'credit_note';
  number: number;
  issuedAt: string;
  currency: string;
  data: InvoiceData;
}

const LEFT = 56;
const WIDTH = 483;
const BOTTOM = 770;
/** Text, quantity, each, amount. */
const COLUMNS = [
  { x: LEFT, width: 250, align: 'left' },
  { x: LEFT + 255, width: 60, align: 'right' },
  { x: LEFT + 320, width: 75, align: 'right' },
  { x: LEFT + 400, width: 83, align: 'right' },
] as const;

function rule({ doc }: Paper, y: number): void {
  doc
    .moveTo(LEFT, y)
    .lineTo(LEFT + WIDTH, y)
    .lineWidth(0.5)
    .stroke('#9aa1ad');
}

/** The four cells of a row; says where it ended. */
function row(paper: Paper, y: number, cells: readonly string[], strong = false, quiet = false): number {
  const ends = cells.map((cell, index) =>
    cell === ''
      ? y
      : paper.write(oneLine(cell), {
          ...(COLUMNS[index] as (typeof COLUMNS)[number]),
          y,
          size: 10,
          strong,
          quiet,
        }),
  );
  return Math.max(...ends) + 4;
}

function paidInWords(data: InvoiceData): string {
  const { payment } = data;
  const day = dayInWords(data.order.paidAt, data.event.timeZone);
  if (!payment) return day;
  const by =
    payment.provider === 'cash_on_arrival' || payment.provider === 'free'
      ? texts.paidBy[payment.provider]
      : texts.paidBy.card(payment.brand, payment.last4);
  return `${day}, ${by}`;
}

function drawHead(paper: Paper, { kind, number, issuedAt, data }: InvoiceSheet): number {
  const title = kind === 'invoice' ? texts.invoice : texts.creditNote;
  let y = paper.write(`${title} ${texts.number(kind, number)}`, {
    x: LEFT,
    width: WIDTH,
    y: 56,
    size: 22,
    strong: true,
  });
  if (data.invoiceNumber !== undefined)
    y = paper.write(texts.corrects(texts.number('invoice', data.invoiceNumber)), {
      x: LEFT,
      width: WIDTH,
      y: y + 4,
      size: 11,
    });
  const rows: [string, string][] = [
    [texts.seller, `${data.seller.name}, ${data.seller.email}`],
    [texts.buyer, `${data.buyer.name}, ${data.buyer.email}`],
    [texts.date, dayInWords(issuedAt, data.event.timeZone)],
    [texts.order, data.order.reference],
    [texts.paid, paidInWords(data)],
    [
      texts.event,
      `${data.event.title}, ${data.event.venue}, ${whenInWords(data.event.startsAt, data.event.timeZone)} (${data.event.timeZone})`,
    ],
  ];
  y += 16;
  for (const [name, value] of rows) {
    paper.write(name, { x: LEFT, width: 90, y, size: 10, quiet: true });
    y = paper.write(oneLine(value), { x: LEFT + 95, width: WIDTH - 95, y, size: 10, maxHeight: 60 }) + 5;
  }
  return y + 14;
}

/** What a unit's price is made of beside itself. */
function partsOf(line: InvoiceLine, taxName: string, money: (minor: number) => string): string[] {
  const { unitDiscountCents = 0, unitPointsCents = 0, unitFeeCents = 0, unitTaxCents = 0 } = line;
  const byCode = unitDiscountCents - unitPointsCents;
  return [
    ...(byCode > 0 ? [texts.discount(money(-byCode))] : []),
    ...(unitPointsCents > 0 ? [texts.points(money(-unitPointsCents))] : []),
    ...(unitFeeCents > 0 ? [texts.fee(money(unitFeeCents))] : []),
    ...(unitTaxCents > 0 ? [texts.tax(taxName, money(unitTaxCents))] : []),
  ];
}

function totalsOf({ kind, data }: InvoiceSheet): [string, number, 'strong' | 'plain' | 'quiet'][] {
  if (kind === 'credit_note')
    return [
      [texts.credited, data.totalCents, 'strong'],
      ...((data.keptCents ?? 0) > 0
        ? ([[texts.kept, data.keptCents ?? 0, 'quiet']] as [string, number, 'quiet'][])
        : []),
    ];
  const { pointsCents = 0, pointsUsed = 0 } = data;
  const { subtotalCents = 0, discountCents = 0, feesCents = 0, taxCents = 0, taxIncludedCents = 0 } = data;
  const name = oneLine(data.tax.name);
  const share = data.tax.bp === null ? null : shareInWords(data.tax.bp);
  const plain: [string, number, 'plain'][] = [
    [texts.subtotal, subtotalCents, 'plain'],
    [texts.discounts, pointsCents - discountCents, 'plain'],
    [texts.pointsUsed(pointsUsed), -pointsCents, 'plain'],
    [texts.fees, feesCents, 'plain'],
    [texts.added(name, share), taxCents, 'plain'],
  ];
  return [
    ...plain.filter(([, cents], index) => index === 0 || cents !== 0),
    [texts.total, data.totalCents, 'strong'],
    ...(taxIncludedCents > 0
      ? ([[texts.contained(name, share), taxIncludedCents, 'quiet']] as [string, number, 'quiet'][])
      : []),
  ];
}

function drawInvoice(paper: Paper, sheet: InvoiceSheet): void {
  const { data, currency } = sheet;
  const money = (minor: number): string => amountInWords(minor, currency);
  paper.doc.addPage({ margin: 0 });
  let y = drawHead(paper, sheet);
  const ensure = (height: number): void => {
    if (y + height <= BOTTOM) return;
    paper.doc.addPage({ margin: 0 });
    y = 56;
  };
  y = row(paper, y, texts.columns, false, true);
  rule(paper, y);
  y += 6;
  for (const line of data.lines) {
    ensure(60);
    const each = line.unitPriceCents === undefined ? '' : money(line.unitPriceCents);
    y = row(paper, y, [line.text, String(line.quantity), each, money(line.totalCents)]);
    const parts = partsOf(line, oneLine(data.tax.name), money);
    if (parts.length > 0) y = row(paper, y - 2, [parts.join(', '), '', '', ''], false, true);
  }
  rule(paper, y);
  y += 6;
  for (const [name, cents, look] of totalsOf(sheet)) {
    ensure(40);
    y = row(paper, y, [name, '', '', money(cents)], look === 'strong', look === 'quiet');
  }
  if (paper.missed()) paper.write(texts.missing, { x: LEFT, width: WIDTH, y: y + 12, size: 9, quiet: true });
}

/** An invoice and what corrected it since, one after the other. */
export function printInvoices(sheets: readonly InvoiceSheet[]): Promise<Buffer> {
  const [first] = sheets;
  if (!first) throw new RangeError('a PDF of no invoices');
  const paper = openPaper({
    title: `${texts.invoice} ${texts.number('invoice', first.number)}`,
    date: first.issuedAt,
  });
  for (const sheet of sheets) drawInvoice(paper, sheet);
  return paper.bytes();
}
