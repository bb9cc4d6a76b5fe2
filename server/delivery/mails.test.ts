import { randomBytes } from 'node:crypto';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { altered, type Booking, CARDS, card } from '../checkout/testing.ts';
import { escapeHtml } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { ChargeOutcome } from '../payments/index.ts';
import { readOrderTickets } from '../tickets/index.ts';
import { purgeOld } from '../worker/purge.ts';
import { letterHtml } from './letter-html.ts';
import { type DeliveryWorld, deliveryWorld, FROM, readMail, scanPng } from './testing.ts';

let it: DeliveryWorld;
beforeAll(async () => {
  it = await deliveryWorld();
});
afterAll(() => it.close());

async function sendAll(): Promise<void> {
  while ((await it.delivery.sendDue()).sent > 0);
}
const bytesOf = (content: unknown): Uint8Array => new Uint8Array(content as ArrayBuffer);

async function only(orderId: string) {
  await it.runJobs();
  await sendAll();
  const [row, ...rest] = await it.mailsOf(orderId);
  expect(rest).toEqual([]);
  if (!row?.raw) throw new Error(`no mail: ${JSON.stringify(row)}`);
  return { row, mail: await readMail(row.raw) };
}

test('M1: an order told of twice, by two topics and again later, has one mail, also when asked for at once', async () => {
  const { orderId } = await it.bought();
  await it.runJobs();
  const told = { orderId };
  await Promise.all([1, 2, 3].map(() => it.delivery.jobs['order.paid']?.(told)));
  await it.delivery.jobs['tickets.released']?.(told);
  expect(await it.mailsOf(orderId)).toHaveLength(1);
});

test('M2, M10: the confirmation is kept whole, with codes that scan, one PDF, one calendar file, text and HTML', async () => {
  const { orderId, userId } = await it.bought({ quantity: 3 });
  const tickets = await readOrderTickets(it.world.ledger.reads, userId, orderId);
  const { row, mail } = await only(orderId);
  expect(row).toMatchObject({ kind: 'confirmation', status: 'sent', tries: 1 });
  const pictures = mail.attachments.filter((part) => part.mimeType === 'image/png');
  const codes = await Promise.all(pictures.map((part) => scanPng(bytesOf(part.content))));
  expect(codes.sort()).toEqual(tickets.map((ticket) => ticket.qr).sort());
  for (const { contentId } of pictures) expect(mail.html).toContain(`cid:${contentId?.slice(1, -1)}`);
  for (const { qr } of tickets) expect(mail.text).toContain(qr);
  const named = mail.attachments.filter((part) => part.disposition === 'attachment');
  expect(named.map((part) => part.filename)).toEqual(row.attachments);
  expect(named.map((part) => part.mimeType)).toEqual(['application/pdf', 'text/calendar']);
  const calendar = new TextDecoder().decode(bytesOf(named[1]?.content));
  expect(calendar.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  expect(Buffer.from(bytesOf(named[0]?.content)).subarray(0, 5).toString()).toBe('%PDF-');
});

test("M3: a cash order's mail says what is to be paid at the door", async () => {
  const { orderId } = await it.bought({}, 'cash');
  const { row, mail } = await only(orderId);
  expect(row.subject).toMatch(/^Reserved, to be paid at the door/);
  expect(mail.text).toMatch(/Please pay .*\d.* at the door/);
});

const NASTY = 'Night"><img src=x onerror=alert(1)>\r\nBcc: all@evil.example\u2028<b>';

test('M4: what people typed adds neither header nor recipient nor markup', async () => {
  const user = await it.world.createUser('user', `Eve\r\nBcc: them@evil.example <eve@evil.example>`);
  const { orderId } = await it.bought({ userId: user.id, seed: { title: NASTY } });
  const { mail, row } = await only(orderId);
  expect(mail.bcc ?? []).toEqual([]);
  expect(mail.to).toHaveLength(1);
  expect(mail.to?.[0]?.address).toBe(user.email);
  const head = row.raw?.toString('latin1').split('\r\n\r\n')[0] ?? '';
  expect(head.split('\r\n').filter((line) => /^bcc/i.test(line))).toEqual([]);
  expect(mail.html).not.toContain('<img src=x');
  expect(mail.html).toContain('&lt;img src=x');
  expect(escapeHtml(`<>&"'`)).toBe('&lt;&gt;&amp;&quot;&#39;');
});

test('M5: nothing is loaded from anywhere, and both kinds of light have colours', () => {
  const html = letterHtml({
    subject: 's',
    heading: 'h',
    greeting: 'g',
    paragraphs: ['see https://evil.example/x.png'],
    action: null,
    rows: [['a', 'b']],
    tickets: [{ title: 't', what: 'Floor', code: 'c', contentId: 'x@y' }],
    foot: ['f'],
  });
  expect([...html.matchAll(/(?:src|href|background)="([^"]*)"/g)].map(([, at]) => at)).toEqual(['cid:x@y']);
  expect(html).not.toMatch(/url\(|@import|<link|<script|<form/);
  expect(html).toContain('prefers-color-scheme: dark');
  expect(html).toMatch(/<img [^>]*alt="[^"]{10,}"/);
});

test('M6: Message-ID and date are the same in every copy, and a machine is named as the sender', async () => {
  const { orderId } = await it.bought();
  const first = await only(orderId);
  await it.sql(`update delivery.mails set status = 'queued', try_at = now() where id = $1`, [first.row.id]);
  const again = await only(orderId);
  expect(again.row.tries).toBe(2);
  expect([again.mail.messageId, again.mail.date]).toEqual([first.mail.messageId, first.mail.date]);
  expect(first.mail.messageId).toBe(`<${first.row.id}@hall.example>`);
  const header = (key: string) => first.mail.headers.find((one) => one.key === key)?.value;
  expect(header('auto-submitted')).toBe('auto-generated');
  expect(first.mail.from).toMatchObject(FROM);
});

async function refundOf(orderId: string, status: string, cause = 'fan'): Promise<string> {
  const [payment] = await it.sql<{ id: string; user_id: string; event_id: string }>(
    'select p.id, o.user_id, o.event_id from ticketing.orders o left join ticketing.payments p on p.order_id = o.id where o.id = $1',
    [orderId],
  );
  const id = it.world.ids.next();
  await it.sql(
    `insert into ticketing.refunds (id, order_id, payment_id, user_id, event_id, status, cause, reason, amount_cents, fee_cents, currency)
     values ($1, $2, $3, $4, $5, $6, $7, 'too <late>', 4250, 100, 'EUR')`,
    [id, orderId, payment?.id, payment?.user_id, payment?.event_id, status, cause],
  );
  return id;
}

test('M7: a ticket that was given back is in no later mail; without any there is nothing to send', async () => {
  const { orderId, userId } = await it.bought({ quantity: 2 });
  const [gone, kept] = await readOrderTickets(it.world.ledger.reads, userId, orderId);
  await it.sql(`update ticketing.tickets set status = 'refunded' where id = $1`, [gone?.id]);
  const { mail } = await only(orderId);
  expect(mail.text).toContain(kept?.qr);
  expect(mail.text).not.toContain(gone?.qr);
  expect(mail.attachments.filter((part) => part.mimeType === 'image/png')).toHaveLength(1);
  const other = await it.bought();
  await it.sql(`update ticketing.tickets set status = 'canceled' where order_id = $1`, [other.orderId]);
  await it.runJobs();
  await sendAll();
  expect(await it.mailsOf(other.orderId)).toMatchObject([{ status: 'failed', tries: 1 }]);
});

test('M8: a refund is told as it stands, once each; money that came late goes back in its own words', async () => {
  const { orderId } = await it.bought();
  await only(orderId);
  const refundId = await refundOf(orderId, 'sending');
  const told = { refundId };
  await it.delivery.jobs['refund.decided']?.(told);
  await it.delivery.jobs['refund.decided']?.(told);
  await it.sql(`update ticketing.refunds set status = 'succeeded', settled_at = now() where id = $1`, [
    refundId,
  ]);
  await it.delivery.jobs['refund.settled']?.(told);
  await it.delivery.jobs['refund.decided']?.(told);
  const late = await refundOf(orderId, 'succeeded', 'late_payment');
  await it.delivery.jobs['refund.settled']?.({ refundId: late });
  const rejected = await refundOf(orderId, 'rejected');
  await it.delivery.jobs['refund.decided']?.({ refundId: rejected });
  await sendAll();
  const mails = await it.mailsOf(orderId);
  expect(mails.map((mail) => mail.kind)).toEqual([
    'confirmation',
    'refund_decided',
    'refund_settled',
    'refund_settled',
    'refund_rejected',
  ]);
  const texts = await Promise.all(mails.map(async ({ raw }) => (await readMail(raw as Buffer)).text ?? ''));
  expect(texts[1]).toMatch(/42\.50.*goes back/);
  expect(texts[1]).toMatch(/1\.00 is kept/);
  expect(texts[3]).toContain('arrived after the time for it was over');
  expect(texts[4]).toContain('too <late>');
  expect(mails.slice(1).map((mail) => mail.attachments)).toEqual([[], [], [], []]);
});

test('O33, M8: money that can buy nothing is told of while it goes back, once, in its own words', async () => {
  const booked = await it.book();
  const odd: ChargeOutcome = { state: 'mismatched', ref: 'odd', takenCents: 123 };
  const bank = altered(
    altered(it.providers, 'authorise', async () => odd),
    'void',
    async () => odd,
  );
  const wrong = it.another({ providers: bank });
  const paid = await wrong.pay(booked.userId, { orderId: booked.orderId, method: card(CARDS.good) }, null);
  expect(paid).toMatchObject({ ok: false, error: { code: 'PAYMENT_RETURNED' } });
  // Whoever comes upon it again tells nobody twice.
  await wrong.recover({ all: true });
  await it.runJobs();
  await sendAll();
  const mails = await it.mailsOf(booked.orderId);
  expect(mails.map(({ kind, status }) => [kind, status])).toEqual([['refund_decided', 'sent']]);
  expect((await readMail(mails[0]?.raw as Buffer)).text).toMatch(/1\.23 did not match what your order costs/);
});

test('M9: a moved ticket is sent anew, that one alone, once per move', async () => {
  const { orderId, userId } = await it.bought({ quantity: 2 });
  await only(orderId);
  const [moved] = await readOrderTickets(it.world.ledger.reads, userId, orderId);
  const job = it.delivery.jobs['ticket.moved'];
  await it.sql(`update ticketing.tickets set code_version = code_version + 1, qr_code = $2 where id = $1`, [
    moved?.id,
    `HF1.moved-${randomBytes(4).toString('hex')}`,
  ]);
  await job?.({ orderId, ticketId: moved?.id });
  await job?.({ orderId, ticketId: moved?.id });
  await sendAll();
  const [, mail, ...rest] = await it.mailsOf(orderId);
  expect(rest).toEqual([]);
  const read = await readMail(mail?.raw as Buffer);
  expect(read.text).toContain('HF1.moved-');
  expect(read.attachments.filter((part) => part.mimeType === 'image/png')).toHaveLength(1);
});

test('M25: a cancelation is told once per order that has tickets, with its reason and without tickets', async () => {
  const first = await it.bought();
  const second = await it.bought({ event: first.event });
  const gone = await it.bought({ event: first.event });
  await it.runJobs();
  await it.sql(`update ticketing.tickets set status = 'canceled' where order_id = $1`, [gone.orderId]);
  const told = (refund: string) =>
    it.sql(
      `insert into ticketing.outbox (topic, payload) values ('event.canceled', jsonb_build_object(
         'eventId', $1::uuid, 'actorId', $2::uuid, 'reason', 'Storm <b>warning</b>', 'refund', $3::text))`,
      [first.event.eventId, first.event.vendorId, refund],
    );
  await told('all');
  await it.runJobs();
  const ofKind = async (orderId: string) =>
    (await it.mailsOf(orderId)).filter((mail) => mail.kind === 'cancelation');
  expect(await ofKind(first.orderId)).toEqual([]);
  await told('offer');
  await told('offer');
  await it.runJobs();
  await sendAll();
  for (const { orderId } of [first, second]) {
    const mails = await ofKind(orderId);
    expect(mails).toMatchObject([{ status: 'sent', attachments: [] }]);
    const mail = await readMail(mails[0]?.raw as Buffer);
    expect(mail.attachments).toEqual([]);
    expect(mail.text).toContain('Storm <b>warning</b>');
    expect(mail.html).toContain('Storm &lt;b&gt;warning&lt;/b&gt;');
  }
  expect(await ofKind(gone.orderId)).toEqual([]);
});

test('M19: a kept message is let go of after its time and not before, its row stays, and its page is made anew', async () => {
  const bought = await Promise.all([1, 2, 3].map(() => it.bought()));
  await it.runJobs();
  await sendAll();
  const [old, young, waiting] = bought as [Booking, Booking, Booking];
  const age = (b: Booking, seconds: number) =>
    it.sql(
      `update delivery.mails set sent_at = now() - make_interval(secs => $2), created_at = now() - make_interval(secs => $2) where order_id = $1`,
      [b.orderId, LIMITS.keepMailMessagesSeconds + seconds],
    );
  await age(old, 60);
  await age(young, -60);
  await it.sql(
    `update delivery.mails set status = 'queued', sent_at = null, raw = null where order_id = $1`,
    [waiting.orderId],
  );
  const read = async (b: Booking) => {
    const [mail] = await it.mailsOf(b.orderId);
    const shown = await it.delivery.mails.read(b.userId, mail?.id as string);
    if (!shown.ok) throw new Error(shown.error.code);
    return { kept: mail?.raw !== null, status: mail?.status, text: shown.value.text };
  };
  const before = await read(old);
  expect(before).toMatchObject({ kept: true, text: expect.stringContaining('HF1.') });
  expect((await purgeOld(it.world.ledger.reads)).deleted.mail_messages).toBe(1);
  expect(await read(old)).toEqual({ ...before, kept: false });
  expect(await read(young)).toMatchObject({ kept: true, status: 'sent' });
  expect(await read(waiting)).toMatchObject({ kept: false, status: 'queued' });
  expect((await purgeOld(it.world.ledger.reads)).deleted.mail_messages).toBe(0);
  // The occasion stays taken: nothing is written a second time.
  await it.delivery.jobs['order.paid']?.({ orderId: old.orderId });
  expect(await it.mailsOf(old.orderId)).toHaveLength(1);
  await sendAll();
});

test('M45: time to ticket is counted once per order and stage, whatever runs again', async () => {
  const registry = new Registry();
  const by = it.deliver({ registry });
  const { orderId } = await it.bought();
  await it.runJobs(by);
  await by.jobs['order.paid']?.({ orderId });
  while ((await by.sendDue()).sent > 0);
  const text = await registry.metrics();
  expect(text).toContain('holdfast_time_to_ticket_seconds_count{stage="released"} 1');
  expect(text).toContain('holdfast_time_to_ticket_seconds_count{stage="mailed"} 1');
});
