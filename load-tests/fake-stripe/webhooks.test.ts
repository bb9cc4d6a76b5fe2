/** The fake Stripe's webhooks, journal and kills. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { afterEach, expect, test } from 'vitest';
import { until } from '../../server/stores/testing.ts';
import { spawnFakeStripe, startFakeStripe } from './index.ts';

const sdk = (at: string) => {
  const { hostname: host, port } = new URL(at);
  return new Stripe('sk_test_fake', { host, port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
};
const params = { amount: 5000, currency: 'eur', capture_method: 'manual' } as const;

interface Sink {
  url: string;
  got: { body: string; signature: string }[];
  /** Answers with these first. */
  answers: number[];
}
const servers: Server[] = [];
async function sink(answers: number[] = []): Promise<Sink> {
  const out: Sink = { url: '', got: [], answers };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += String(part);
    out.got.push({ body, signature: String(request.headers['stripe-signature']) });
    response.writeHead(out.answers.shift() ?? 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  servers.push(server);
  out.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  return out;
}
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

test('P87: signed as Stripe signs, with both secrets while one is rolled, and again until they are taken', async () => {
  const fake = await startFakeStripe();
  const to = await sink([500, 302]);
  const endpoint = fake.control.webhook({ url: to.url, events: ['payment_intent.created'] });
  const old = endpoint.secrets[0] as string;
  const fresh = fake.control.webhooks.roll(endpoint.id).secrets[0] as string;
  fake.control.mischief({ retryMs: 1 });
  const { id } = await sdk(fake.url).paymentIntents.create(params);
  await until('it was taken', () => fake.control.counts().taken === 1);
  expect(to.got).toHaveLength(3);
  const { body, signature } = to.got[2]!;
  for (const secret of [old, fresh]) {
    const event = sdk(fake.url).webhooks.constructEvent(body, signature, secret);
    expect(event).toMatchObject({ type: 'payment_intent.created', data: { object: { id } } });
  }
  expect(() => sdk(fake.url).webhooks.constructEvent(body, signature, 'whsec_other')).toThrow();
  expect(() => sdk(fake.url).webhooks.constructEvent(`${body} `, signature, old)).toThrow();
  await fake.close();
});

test('P88: what is lost, doubled and late follows from the seed', async () => {
  async function fates(seed: string): Promise<string> {
    const fake = await startFakeStripe({ seed });
    const to = await sink();
    fake.control.webhook({ url: to.url });
    fake.control.mischief({ drop: 0.3, duplicate: 0.3, reorder: 0.5, paused: true });
    for (let i = 0; i < 30; i++)
      await sdk(fake.url).paymentIntents.create({ ...params, metadata: { n: `${i}` } });
    await fake.control.flush();
    const numbers = to.got.map(({ body }) => JSON.parse(body).data.object.metadata.n as string);
    await fake.close();
    return numbers.sort().join();
  }
  const first = await fates('a');
  expect(await fates('a')).toBe(first);
  expect(await fates('b')).not.toBe(first);
  expect(new Set(first.split(',')).size).toBeLessThan(30);
  expect(new Set(first.split(',')).size).toBeLessThan(first.split(',').length);
});

test('P89: a killed fake comes back with its books and its remembered keys', async () => {
  const journal = join(mkdtempSync(join(tmpdir(), 'fake-stripe-')), 'journal');
  const before = await spawnFakeStripe({ journal });
  const made = await sdk(before.url).paymentIntents.create(params, { idempotencyKey: 'k' });
  await sdk(before.url).paymentIntents.confirm(made.id, { payment_method: 'pm_card_visa' });
  await before.stop('SIGKILL');
  const after = await spawnFakeStripe({ journal });
  expect((await sdk(after.url).paymentIntents.retrieve(made.id)).status).toBe('requires_capture');
  expect((await sdk(after.url).paymentIntents.create(params, { idempotencyKey: 'k' })).id).toBe(made.id);
  expect((await sdk(after.url).paymentIntents.capture(made.id)).status).toBe('succeeded');
  await after.stop();
});

test('P91: a process is killed before or after an answer, and what it asked for is in the books', async () => {
  const fake = await startFakeStripe();
  for (const when of ['before', 'after', 'replied'] as const) {
    const { id } = await sdk(fake.url).paymentIntents.create(params);
    const victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const gone = once(victim, 'exit');
    fake.control.fault({ op: 'payment_intents.cancel', answer: 'kill', when, pid: victim.pid as number });
    await sdk(fake.url)
      .paymentIntents.cancel(id, {}, { idempotencyKey: id, timeout: 5_000 })
      .catch((err: Error) => err);
    expect((await gone)[1]).toBe('SIGKILL');
    expect(fake.control.calls()['payment_intents.cancel']).toBeGreaterThan(0);
    if (when !== 'before') expect((await sdk(fake.url).paymentIntents.retrieve(id)).status).toBe('canceled');
  }
  expect(() => fake.control.fault({ op: '*', answer: 'kill', pid: process.pid })).toThrow('another process');
  await fake.close();
});
