/**
 * Shapes only: stripe-mock checks every request against Stripe's own description of its API, knows no state and answers
 * with samples. That the calls do the right thing is shown against the fake Stripe.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createSocket } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createIds, createLog, systemClock } from '../../kernel/index.ts';
import { until } from '../../stores/testing.ts';
import { createCards } from './cards.ts';
import { connectStripe, createStripeProvider } from './index.ts';

const ids = createIds(systemClock.now);

/** On the PATH or where Go puts it. CI installs it; elsewhere its absence is told with the remedy. */
function stripeMock(): string {
  const at = [...(process.env.PATH ?? '').split(':'), process.env.GOBIN ?? '', join(homedir(), 'go/bin')];
  const found = () =>
    at
      .filter(Boolean)
      .map((dir) => join(dir, 'stripe-mock'))
      .find(existsSync);
  if (!found() && process.env.CI)
    spawnSync('go', ['install', 'github.com/stripe/stripe-mock@latest'], { stdio: 'inherit' });
  const binary = found();
  if (!binary)
    throw new Error(
      'stripe-mock is not here: go install github.com/stripe/stripe-mock@latest (into ~/go/bin).',
    );
  return binary;
}

async function freePort(): Promise<number> {
  const socket = createSocket().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  return port;
}

let mock: ChildProcess | undefined;
let between: Server | undefined;
let base: string;
/** What was asked, and how it was answered. */
const seen: { call: string; status: number; body: string }[] = [];

beforeAll(async () => {
  const port = await freePort();
  mock = spawn(stripeMock(), ['-http-port', String(port)], { stdio: 'ignore' });
  const upstream = `http://127.0.0.1:${port}`;
  await until(
    'stripe-mock answers',
    () =>
      fetch(upstream).then(
        () => true,
        () => false,
      ),
    // It reads the whole description of Stripe's API first.
    100_000,
  );
  between = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    const answer = await fetch(upstream + url, {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': headers['content-type'] ?? 'application/x-www-form-urlencoded',
      },
      ...(method === 'GET' ? {} : { body: Buffer.concat(parts).toString() }),
    });
    const body = await answer.text();
    seen.push({ call: `${method} ${url.split('?')[0]}`, status: answer.status, body });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
  }).listen(0, '127.0.0.1');
  await once(between, 'listening');
  base = `http://127.0.0.1:${(between.address() as AddressInfo).port}`;
}, 120_000);
afterAll(() => {
  // Also when it never came to answer.
  mock?.kill();
  between?.close();
});

test('P74: every call of the provider is one that Stripe’s description admits', async () => {
  const account = { secretKey: 'sk_test_123', publishableKey: 'pk_test_123', apiBase: base };
  const customers = { find: async () => 'cus_123', make: async () => 'cus_123' };
  const log = createLog('silent', 'test');
  const provider = createStripeProvider({ ...account, log, customers });
  const charge = { id: ids.next(), amountCents: 5000, currency: 'EUR', ref: 'pi_123', orderId: ids.next() };
  await provider.prepare!({ ...charge, ref: null });
  for (const paymentMethodId of ['pm_card_visa', 'ctoken_123'])
    await provider.instrument({ provider: 'stripe', paymentMethodId, saveCard: true }, 'fan');
  for (const means of [
    { paymentMethod: 'pm_card_visa' },
    {
      confirmationToken: 'ctoken_123',
      customer: 'cus_123',
      save: true,
      returnUrl: 'https://tickets.example/',
    },
  ])
    await provider.authorise(charge, { last4: null, brand: null, secret: JSON.stringify(means) });
  await provider.capture(charge);
  await provider.lookup(charge);
  await provider.void(charge);
  await provider.nextAction!(charge);
  const refund = { id: ids.next(), charge, amountCents: 1000 };
  await provider.refund!(refund);
  await provider.lookupRefund!(refund);
  await provider.list!({ fromMs: 0, toMs: 2e12 }, null);
  await provider.list!({ fromMs: 0, toMs: 2e12 }, 'pi_123');
  await provider.disputes!(charge);
  await provider.probe();
  await provider.identify();
  const stripe = connectStripe(account);
  const cards = createCards({ stripe, publishableKey: 'pk_test_123', customers, ids });
  await cards.mine('fan');
  await cards.add('fan');
  await cards.remove('fan', 'pm_123');
  await stripe.customers.create({ metadata: { user_id: ids.next() } });
  await stripe.paymentMethods.detach('pm_123', {}, { idempotencyKey: 'pm_123:detach' });
  expect(seen.filter(({ status }) => status !== 200)).toEqual([]);
  expect(new Set(seen.map(({ call }) => call))).toEqual(
    new Set([
      'POST /v1/payment_intents',
      'GET /v1/payment_methods/pm_card_visa',
      'GET /v1/confirmation_tokens/ctoken_123',
      'POST /v1/payment_intents/pi_123',
      'POST /v1/payment_intents/pi_123/confirm',
      'POST /v1/payment_intents/pi_123/capture',
      'POST /v1/payment_intents/pi_123/cancel',
      'GET /v1/payment_intents/pi_123',
      'GET /v1/refunds',
      'POST /v1/refunds',
      'GET /v1/payment_intents',
      'GET /v1/disputes',
      'GET /v1/balance',
      'GET /v1/account',
      'GET /v1/customers/cus_123/payment_methods',
      'POST /v1/setup_intents',
      'GET /v1/payment_methods/pm_123',
      'POST /v1/payment_methods/pm_123/detach',
      'POST /v1/customers',
    ]),
  );
});
