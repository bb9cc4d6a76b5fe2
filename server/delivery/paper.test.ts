import { inflateSync } from 'node:zlib';
import jsQR from 'jsqr';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLog } from '../kernel/index.ts';
import { readOrderTickets } from '../tickets/index.ts';
import { createPress, type Press } from './press.ts';
import { type DeliveryWorld, deliveryWorld } from './testing.ts';
import { printTickets, type TicketSheet } from './ticket-sheet.ts';

let it: DeliveryWorld;
const presses: Press[] = [];
beforeAll(async () => {
  it = await deliveryWorld();
});
afterEach(() => Promise.all(presses.splice(0).map((press) => press.close())));
afterAll(() => it.close());

const DATE = '2026-11-21T12:00:00.000Z';
const SHEET: TicketSheet = {
  title: 'Tidelines',
  when: 'Tue, 1 December 2026, 20:30',
  zone: 'Europe/Zurich, GMT+1',
  venue: 'The Hall, Bern',
  tier: 'Floor',
  seat: 'Stalls, row C, seat 12',
  holder: 'Fay Fan',
  reference: '4K7Q-71B2',
  ticketId: '0193a1b2-0000-7000-8000-000000000000',
  code: `HF1.ticket-abcdefgh.${'x'.repeat(46)}.${'y'.repeat(86)}`,
};
const press = (options: Partial<Parameters<typeof createPress>[0]> = {}): Press => {
  const made = createPress({ log: createLog('silent', 'test'), ...options });
  presses.push(made);
  return made;
};

async function pagesOf(pdf: Buffer): Promise<string[]> {
  const doc = await getDocumentProxy(new Uint8Array(pdf));
  return (await extractText(doc, { mergePages: false })).text.map((text) => text.replace(/\s+/g, ' '));
}

const PIXELS_PER_POINT = 4;
/** The rectangles a page draws, as a scanner sees them: every page's first one is the white ground of its code. */
function scanPages(pdf: Buffer): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  const text = pdf.toString('latin1');
  for (const { index, 0: head } of text.matchAll(/stream\r?\n/g)) {
    const start = index + head.length;
    let content: string;
    try {
      content = inflateSync(pdf.subarray(start, text.indexOf('endstream', start))).toString('latin1');
    } catch {
      // Not a page: fonts and tables are packed in other ways.
      continue;
    }
    const [ground, ...dark] = [...content.matchAll(/^([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+) re$/gm)].map(
      (match) => match.slice(1).map(Number),
    ) as [number, number, number, number][];
    if (!ground) continue;
    const side = Math.round(ground[2] * PIXELS_PER_POINT);
    const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
    for (const [x, y, width, height] of dark) {
      const to = (value: number, from: number) => Math.round((value - from) * PIXELS_PER_POINT);
      for (let py = to(y, ground[1]); py < to(y + height, ground[1]); py++)
        for (let px = to(x, ground[0]); px < to(x + width, ground[0]); px++)
          pixels.fill(0, (py * side + px) * 4, (py * side + px) * 4 + 3);
    }
    found.push(jsQR.default(pixels, side, side)?.data);
  }
  return found;
}

test('M30: a page per valid ticket, with everything one needs at the door, and codes that scan', async () => {
  const booking = await it.bought({ quantity: 3, seed: { title: 'Tidelines' } });
  const tickets = await readOrderTickets(it.world.ledger.reads, booking.userId, booking.orderId);
  const made = await it.delivery.paper.tickets(booking.userId, booking.orderId);
  if (!made.ok) throw new Error(made.error.code);
  const pages = await pagesOf(made.value);
  expect(pages).toHaveLength(3);
  for (const [index, { id, orderReference, tierName, holderName, venueName, timeZone }] of tickets.entries())
    for (const part of ['Tidelines', id, orderReference, tierName, holderName, venueName, timeZone])
      expect(pages[index]).toContain(part);
  expect(scanPages(made.value)).toEqual(tickets.map((ticket) => ticket.qr));
  const [seated] = await pagesOf(await printTickets([SHEET], DATE));
  expect(seated).toContain('Stalls, row C, seat 12');
  expect(seated).toContain('20:30 (Europe/Zurich, GMT+1)');
});

test('M7, M30: a ticket given back is on no paper', async () => {
  const { userId, orderId } = await it.bought({ quantity: 2 });
  const [gone, kept] = await readOrderTickets(it.world.ledger.reads, userId, orderId);
  await it.sql(`update ticketing.tickets set status = 'refunded' where id = $1`, [gone?.id]);
  const made = await it.delivery.paper.tickets(userId, orderId);
  expect(made.ok && scanPages(made.value)).toEqual([kept?.qr]);
  const alone = await it.delivery.paper.ticket(userId, gone?.id as string);
  expect(alone).toMatchObject({ ok: false, error: { code: 'INVALID_STATE' } });
});

const NAMES = [
  'Zażółć Gęślą Jaźń',
  'İbrahim Çağlayan Ğ',
  'Nguyễn Thị Ánh Tuyết',
  'Þórður Æsir',
  'Ștefan Țepeș',
  'Dvořák Příliš',
];

test('M31: names in any Latin script are printed as they are', async () => {
  const pages = await pagesOf(
    await printTickets(
      NAMES.map((holder) => ({ ...SHEET, holder })),
      DATE,
    ),
  );
  for (const [index, name] of NAMES.entries()) {
    expect(pages[index]?.normalize('NFC')).toContain(name.normalize('NFC'));
    expect(pages[index]).not.toContain('\ufffd');
  }
});

test('M31: a character the font lacks is shown as missing, and the page says so; long titles stay on it', async () => {
  const [page, ...rest] = await pagesOf(
    await printTickets([{ ...SHEET, holder: '張 Wei 🎫', title: 'Night of songs '.repeat(13) }], DATE),
  );
  expect(rest).toEqual([]);
  expect(page).toContain('\ufffd Wei \ufffd');
  expect(page).toContain('The code is valid all the same');
});

test('M33: a document of a hundred pages leaves the event loop to others', async () => {
  const sheets = Array.from({ length: 100 }, () => SHEET);
  const one = press();
  await one.tickets([SHEET], DATE);
  /** How often the event loop came round while that was made. */
  async function turnsDuring(work: Promise<unknown>): Promise<number> {
    let turns = 0;
    let going = true;
    const turn = (): void => {
      turns++;
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    await work;
    going = false;
    return turns;
  }
  const beside = await turnsDuring(one.tickets(sheets, DATE));
  const inTheWay = await turnsDuring(printTickets(sheets, DATE));
  expect(beside).toBeGreaterThan(20 * inTheWay);
});

test('M34: a document that takes too long, or ends the thread, fails alone; the next one is made', async () => {
  const thread = new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id, job }) => {
        if (job.date === 'die') process.exit(3);
        if (job.date !== 'hang') parentPort.postMessage({ id, bytes: new Uint8Array([7]) });
      });`)}`,
  );
  const one = press({ thread, jobMs: 1_000 });
  expect([...(await one.tickets([SHEET], DATE))]).toEqual([7]);
  await expect(one.tickets([SHEET], 'hang')).rejects.toThrow(/longer than/);
  expect([...(await one.tickets([SHEET], DATE))]).toEqual([7]);
  await expect(one.tickets([SHEET], 'die')).rejects.toThrow(/ended with 3/);
  expect([...(await one.tickets([SHEET], DATE))]).toEqual([7]);
});

test('M42: paper says what the invoice says', async () => {
  const { userId, orderId } = await it.bought({ quantity: 2 });
  const made = await it.delivery.paper.invoice(userId, orderId);
  const [order] = await it.sql<{ total_cents: number }>(
    'select total_cents from ticketing.orders where id = $1',
    [orderId],
  );
  const [page] = made.ok ? await pagesOf(made.value) : [];
  expect(page).toMatch(/Invoice INV-\d{6}/);
  expect(page).toContain(
    ((order?.total_cents ?? 0) / 100).toLocaleString('en-GB', { minimumFractionDigits: 2 }),
  );
});
