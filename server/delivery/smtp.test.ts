import { createServer, type Server } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { readOrderTickets } from '../tickets/index.ts';
import type { DeliveryDeps } from './index.ts';
import { type DeliveryWorld, deliveryWorld, FROM, readMail, scanPng } from './testing.ts';
import { smtpTransport } from './transport.ts';

let it: DeliveryWorld;
const servers: { close(): unknown }[] = [];
beforeAll(async () => {
  it = await deliveryWorld();
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  // What one test left waiting is no other's business.
  await it.sql(`update delivery.mails set status = 'failed' where status = 'queued'`);
});
afterAll(() => it.close());

interface Mailhost {
  url: string;
  received: Buffer[];
  recipients: string[];
}

/** A real SMTP server on this machine. */
async function mailhost(options: SMTPServerOptions = {}): Promise<Mailhost> {
  const received: Buffer[] = [];
  const recipients: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      recipients.push(address);
      done();
    },
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        received.push(Buffer.concat(chunks));
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  servers.push(server);
  const { port } = server.server.address() as { port: number };
  return { url: `smtp://127.0.0.1:${port}`, received, recipients };
}

const refusal = (responseCode: number, message: string) =>
  Object.assign(new Error(message), { responseCode });

/** A worker's sending over that server, which tries again at once. */
const over = (url: string, deps: Partial<DeliveryDeps> = {}) =>
  it.deliver({ smtpUrl: url, pausesSeconds: [0], ...deps });

async function queued(): Promise<{ orderId: string; userId: string }> {
  const booking = await it.bought();
  await it.runJobs();
  return booking;
}
const mailOf = async (orderId: string) => (await it.mailsOf(orderId))[0];

test('M11: text, HTML and attachments arrive intact, and the code scans', async () => {
  const host = await mailhost();
  const { orderId, userId } = await queued();
  expect(await over(host.url).sendDue()).toMatchObject({ sent: 1 });
  const mail = await readMail(host.received[0] as Buffer);
  const tickets = await readOrderTickets(it.world.ledger.reads, userId, orderId);
  const pictures = mail.attachments.filter((part) => part.mimeType === 'image/png');
  const codes = await Promise.all(
    pictures.map((part) => scanPng(new Uint8Array(part.content as ArrayBuffer))),
  );
  expect(codes.sort()).toEqual(tickets.map((ticket) => ticket.qr).sort());
  const pdf = mail.attachments.find((part) => part.mimeType === 'application/pdf');
  const bytes = Buffer.from(pdf?.content as ArrayBuffer);
  expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
  expect(bytes.subarray(-6).toString().trim()).toBe('%%EOF');
  expect(mail.html).toContain('<!doctype html>');
  // What a mail server has is not kept twice.
  expect(await mailOf(orderId)).toMatchObject({ status: 'sent', raw: null, failure: null });
});

test.each(['nobody,other@example.test', 'a:other@example.test;', '<other@example.test>'])(
  'M4: %s is no recipient, and names no other',
  async (email) => {
    const host = await mailhost();
    const { orderId, userId } = await it.bought();
    await it.sql('update accounts.users set email = $2 where id = $1', [userId, email]);
    await it.runJobs();
    await over(host.url).sendDue();
    expect(host.recipients).toEqual([]);
    expect(await mailOf(orderId)).toMatchObject({ status: 'failed', raw: null });
  },
);

test('M12: a temporary no is tried again, and how often stands in the mail', async () => {
  let no = 2;
  const host = await mailhost({
    onRcptTo: (_address, _session, done) => (no-- > 0 ? done(refusal(450, 'greylisted')) : done()),
  });
  const { orderId } = await queued();
  const by = over(host.url);
  await by.sendDue();
  expect(await mailOf(orderId)).toMatchObject({ status: 'queued', tries: 1 });
  expect((await mailOf(orderId))?.failure).toContain('greylisted');
  await by.sendDue();
  await by.sendDue();
  expect(await mailOf(orderId)).toMatchObject({ status: 'sent', tries: 3, failure: null });
  expect(by.breaker?.state()).toBe('available');
});

test('M12: the pauses grow', async () => {
  const host = await mailhost({ onRcptTo: (_a, _s, done) => done(refusal(451, 'later')) });
  const { orderId } = await queued();
  const by = over(host.url, { pausesSeconds: [100, 200, 400] });
  const waits: number[] = [];
  for (let round = 0; round < 4; round++) {
    await by.sendDue();
    const [row] = await it.sql<{ wait: number }>(
      'select round(extract(epoch from try_at - now()))::int as wait from delivery.mails where order_id = $1',
      [orderId],
    );
    waits.push(Math.round((row?.wait ?? 0) / 100));
    await it.sql('update delivery.mails set try_at = now() where order_id = $1', [orderId]);
  }
  expect(waits).toEqual([1, 2, 4, 4]);
});

test('M12, M16: a refused connection is tried again; once the server counts as away nothing is tried and mails wait', async () => {
  const { orderId } = await queued();
  const by = over('smtp://127.0.0.1:1');
  await by.sendDue();
  expect(await mailOf(orderId)).toMatchObject({ status: 'queued', tries: 1 });
  expect(by.breaker?.state()).toBe('degraded');
  const away = over('smtp://127.0.0.1:1', {
    breakers: {
      of: (options) => ({
        ...(by.breaker as NonNullable<typeof by.breaker>),
        ...options,
        state: () => 'unavailable',
      }),
    },
  });
  expect(await away.sendDue()).toEqual({ sent: 0, more: false });
  expect(await mailOf(orderId)).toMatchObject({ status: 'queued', tries: 1 });
});

test('M13: a permanent no ends it, and operators see why', async () => {
  const host = await mailhost({ onRcptTo: (_a, _s, done) => done(refusal(550, 'no such mailbox')) });
  const { orderId } = await queued();
  const by = over(host.url);
  await by.sendDue();
  await by.sendDue();
  expect(await mailOf(orderId)).toMatchObject({ status: 'failed', tries: 1 });
  const { items } = await it.delivery.mails.all('failed', 5, null);
  expect(items.find((mail) => mail.orderId === orderId)?.failure).toContain('no such mailbox');
});

test('M14: whoever cannot be reached for three days is given up', async () => {
  const host = await mailhost({ onRcptTo: (_a, _s, done) => done(refusal(452, 'box full')) });
  const { orderId } = await queued();
  await it.sql(`update delivery.mails set created_at = now() - interval '73 hours' where order_id = $1`, [
    orderId,
  ]);
  await over(host.url).sendDue();
  expect(await mailOf(orderId)).toMatchObject({ status: 'failed', failure: 'given up: 452 box full' });
});

test('M15: two workers send each mail once; one that died is taken up, with the same Message-ID', async () => {
  const host = await mailhost();
  const orders = [await queued(), await queued(), await queued()];
  await Promise.all([over(host.url), over(host.url), over(host.url)].map((by) => by.sendDue()));
  expect(host.received).toHaveLength(orders.length);
  const { orderId } = orders[0] as { orderId: string };
  // As if the process had died between the server's yes and our writing it down: its lease runs out.
  await it.sql(
    `update delivery.mails set status = 'queued', sent_at = null, try_at = now() where order_id = $1`,
    [orderId],
  );
  await over(host.url).sendDue();
  const ids = await Promise.all(host.received.map(async (raw) => (await readMail(raw)).messageId));
  expect(ids).toHaveLength(4);
  expect(new Set(ids).size).toBe(3);
  expect(await mailOf(orderId)).toMatchObject({ status: 'sent' });
});

test('M17: a server that never answers is given up after its time, and the mail is tried again', async () => {
  const silent: Server = createServer(() => undefined);
  const port = await new Promise<number>((resolve) => {
    silent.listen(0, '127.0.0.1', () => resolve((silent.address() as { port: number }).port));
  });
  servers.push(silent);
  const { orderId } = await queued();
  const by = over('', {
    smtpUrl: undefined,
    transport: smtpTransport(`smtp://127.0.0.1:${port}`, 300),
    mailTimeoutMs: 5_000,
  });
  expect(await by.sendDue()).toMatchObject({ sent: 0 });
  expect(await mailOf(orderId)).toMatchObject({ status: 'queued', tries: 1 });
  const stuck = over('', {
    smtpUrl: undefined,
    transport: smtpTransport(`smtp://127.0.0.1:${port}`, 5_000),
    mailTimeoutMs: 200,
  });
  await stuck.sendDue();
  expect(await mailOf(orderId)).toMatchObject({ status: 'queued', tries: 2 });
  expect((await mailOf(orderId))?.failure).toMatch(/did not answer in time/);
});

test('M18: settings that make no sense are refused by name, and no message repeats a password', () => {
  const config = (env: Record<string, string>) => it.world.config(env);
  const from = { MAIL_FROM: 'The Hall <tickets@hall.example>' };
  expect(config({}).mailFrom).toEqual({ name: 'Holdfast', address: 'tickets@localhost' });
  expect(config({ ...from, SMTP_URL: 'smtps://u:p%40ss@mail.example:465' })).toMatchObject({
    mailFrom: FROM,
  });
  const bad = [
    { SMTP_URL: 'smtp://mail.example' },
    ...[
      'http://u:secret@mail.example',
      'mail.example:25',
      'smtp://',
      'smtp://u@mail.example',
      'smtp://u:secret@mail.example/path',
      'smtp://u:secret@mail.example?x=1',
      'smtp://u:%E0%A4%A@mail.example',
    ].map((SMTP_URL) => ({ ...from, SMTP_URL })),
    ...['nobody', 'a@b\r\nBcc: x@y', 'The Hall <>', 'a b@c'].map((MAIL_FROM) => ({ MAIL_FROM })),
  ];
  for (const env of bad) {
    expect(() => config(env), JSON.stringify(env)).toThrow(/SMTP_URL|MAIL_FROM/);
    expect(() => config(env)).not.toThrow(/secret/);
  }
});
