import type { FastifyInstance } from 'fastify';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, httpWorld, signedIn } from '../../http/testing.ts';
import { LIMITS } from '../../limits.ts';
import { statement } from '../../stores/index.ts';
import { type TestWorld, testWorld } from '../../stores/testing.ts';
import { purgeOld } from '../../worker/purge.ts';
import { accountOf, credentials, granted, manageOver, vaultOf } from '../methods/testing.ts';
import { webhookOperatorRoutes, webhookRoutes } from './index.ts';
import { eventOf, signed, webhooksOver } from './testing.ts';

let world: TestWorld;
let app: FastifyInstance;
let over: ReturnType<typeof webhooksOver>;
let http: Awaited<ReturnType<typeof httpWorld>>;
const registry = new Registry();
const vault = vaultOf();

beforeAll(async () => {
  world = await testWorld();
  over = webhooksOver(world, { registry, vault });
  http = await httpWorld(world, {
    slices: [
      (scope) => webhookRoutes(scope, over),
      (scope) => webhookOperatorRoutes(scope, over),
      (scope) =>
        void scope.post('/echo', { config: { access: 'account' } }, async (request) => ({
          parsed: !Buffer.isBuffer(request.body),
        })),
    ],
  });
  app = http.app;
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const sql = <Row>(text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('test', text), values);
const post = (body: string, headers: Record<string, string>, url = '/webhooks/stripe') =>
  app.inject({
    method: 'POST',
    url,
    payload: body,
    headers: { 'content-type': 'application/json', ...headers },
  });
const sign = (body: string) => ({ 'stripe-signature': signed(world, body) });
const counted = async (outcome: string) => {
  const line = (await registry.metrics()).split('\n').find((each) => each.includes(`outcome="${outcome}"`));
  return Number(line?.split(' ').at(-1) ?? 0);
};

test('P40, P41: a signed event is answered 200 and counted, again too; an unsigned one 400 and counted', async () => {
  const body = eventOf(world);
  expect((await post(body, sign(body))).json()).toEqual({ received: true, duplicate: false });
  expect((await post(body, sign(body))).json()).toEqual({ received: true, duplicate: true });
  for (const headers of [{}, { 'stripe-signature': 't=1,v1=00' }]) {
    const refused = await post(eventOf(world), headers as Record<string, string>);
    expect(refused.statusCode).toBe(400);
    expect(refused.json().error.code).toBe('SIGNATURE_INVALID');
  }
  expect([await counted('received'), await counted('duplicate'), await counted('invalid_signature')]).toEqual(
    [1, 1, 2],
  );
});

test('P40: a way with an account of its own has an address of its own, also once it is removed', async () => {
  const vendor = await accountOf(world);
  const { eventId } = await world.createEvent({ vendorId: vendor.id });
  const manage = manageOver(world, vault);
  const own = credentials('own');
  const way = granted(await manage.add(vendor, eventId, { provider: 'stripe', credentials: own }));
  const url = way.webhookPath as string;
  const body = eventOf(world);
  const theirs = { 'stripe-signature': signed(world, body, own.webhookSecret) };
  expect((await post(body, sign(body), url)).statusCode).toBe(400);
  expect((await post(body, theirs)).statusCode).toBe(400);
  expect((await post(body, theirs, url)).statusCode).toBe(200);
  // The same id at the installation's own address is another event.
  expect((await post(body, sign(body))).json()).toEqual({ received: true, duplicate: false });
  granted(await manage.remove(vendor, way.id));
  expect((await post(body, theirs, url)).json()).toEqual({ received: true, duplicate: true });
  expect((await post(body, theirs, `/webhooks/stripe/${world.ids.next()}`)).statusCode).toBe(404);
});

test('P42: 10 MB are too much, and so is anything that is no JSON by its name', async () => {
  const large = `{"x":"${'x'.repeat(10_000_000)}"}`;
  const refused = await post(large, sign(large));
  expect([refused.statusCode, refused.json().error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  expect(await counted('too_large')).toBe(1);
  const body = eventOf(world, { object: { note: 'x'.repeat(LIMITS.httpBodyMaxBytes + 1) } });
  expect((await post(body, sign(body))).statusCode).toBe(200);
  expect((await post(body, { ...sign(body), 'content-type': 'text/plain' })).statusCode).toBe(415);
});

test('P42: no log-in bars the way to webhooks; elsewhere bodies are parsed, and log-ins and origins count', async () => {
  const body = eventOf(world);
  expect((await post(body, { ...sign(body), authorization: 'Bearer nonsense' })).statusCode).toBe(200);
  const { headers, accessToken } = await signedIn(world, http.accounts);
  expect((await call(app, 'POST', '/echo', { body: { a: 1 } })).status).toBe(401);
  expect((await call(app, 'POST', '/echo', { body: { a: 1 }, headers })).body).toEqual({ parsed: true });
  const cookie = { cookie: `holdfast_access=${accessToken}`, origin: 'https://evil.example' };
  expect((await call(app, 'POST', '/echo', { body: { a: 1 }, headers: cookie })).body.error.code).toBe(
    'CSRF_REFUSED',
  );
  const big = { a: 'x'.repeat(LIMITS.httpBodyMaxBytes) };
  expect((await call(app, 'POST', '/echo', { body: big, headers })).status).toBe(413);
});

test('P47: operators see what came and have it processed anew; others do not', async () => {
  const [operator, vendor] = [
    await signedIn(world, http.accounts, 'operator'),
    await signedIn(world, http.accounts, 'vendor'),
  ];
  await sql(
    `update payments.webhook_events set status = 'dead', error = 'away' where id = (select max(id::text)::uuid from payments.webhook_events)`,
  );
  const { body } = await call(app, 'GET', '/operations/webhooks?status=dead', { headers: operator.headers });
  expect(body.items).toHaveLength(1);
  expect(body.items[0]).toMatchObject({ provider: 'stripe', status: 'dead', error: 'away' });
  const retry = `/operations/webhooks/${body.items[0].id}/retry`;
  expect((await call(app, 'POST', retry, { headers: vendor.headers })).status).toBe(403);
  expect((await call(app, 'POST', retry, { headers: operator.headers })).body).toMatchObject({
    status: 'received',
  });
  expect((await call(app, 'POST', retry, { headers: operator.headers })).status).toBe(409);
});

test('P25, P49: what is done goes after its time; what waits or was given up stays, and so do ways that were paid through', async () => {
  await sql(`update payments.webhook_events set status = 'received', processed_at = null`);
  const days = LIMITS.keepWebhooksSeconds / 86_400;
  const ids: Record<string, string> = {};
  for (const [name, status, age] of [
    ['old', 'processed', days + 1],
    ['ignored', 'ignored', days + 1],
    ['young', 'processed', days - 1],
    ['dead', 'dead', days + 1],
  ] as const) {
    ids[name] = world.ids.next();
    await sql(
      `insert into payments.webhook_events (id, provider, event_id, type, event_at, body, status, processed_at)
       values ($1, 'stripe', $2, 'x', now(), '{}', $3, now() - make_interval(days => $4::int))`,
      [ids[name], `evt_${name}`, status, age],
    );
  }
  const vendor = await accountOf(world);
  const { eventId } = await world.createEvent({ vendorId: vendor.id });
  const manage = manageOver(world, vault);
  const way = granted(
    await manage.add(vendor, eventId, { provider: 'stripe', credentials: credentials('gone') }),
  );
  granted(await manage.remove(vendor, way.id));
  expect((await purgeOld(world.ledger.reads)).deleted).toMatchObject({
    webhook_events: 2,
    payment_methods: 0,
  });
  const left = await sql<{ event_id: string }>(
    `select event_id from payments.webhook_events where type = 'x'`,
  );
  expect(left.map((row) => row.event_id).sort()).toEqual(['evt_dead', 'evt_young']);
  await sql(`update payments.methods set removed_at = now() - interval '2 days' where id = $1`, [way.id]);
  expect((await purgeOld(world.ledger.reads)).deleted.payment_methods).toBe(1);
  expect(await sql('select 1 from payments.method_credentials where method_id = $1', [way.id])).toEqual([]);
});
