import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Accounts } from '../accounts/index.ts';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import type { DrawPlace, DrawView, PlaceView } from '../protocol/index.ts';
import { queueRoutes } from './routes.ts';
import { queueSocketHandlers } from './socket.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
let app: FastifyInstance;
let accounts: Accounts;
let url: string;
beforeAll(async () => {
  world = await lineWorld();
  const slices = [(to: FastifyInstance) => queueRoutes(to, { queue: world.queue })];
  ({ app, accounts } = await httpWorld(world, { env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' }, slices }));
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await app.close();
  await world.close();
});

async function drawnDrop(fans = 12) {
  const drop = await world.lobby({ drop: { maxTurns: 2 } });
  const users = await world.createUsers(fans);
  await world.joinAll(drop.dropId, users);
  await world.openUp(drop.dropId);
  return { ...drop, users };
}

test('Q32: place and mine show one’s own, and 404 where there is nothing', async () => {
  const drop = await world.lobby();
  const fan = await signedIn(world, accounts);
  const other = await signedIn(world, accounts);
  const at = `/drops/${drop.dropId}`;
  expect(await call(app, 'GET', `${at}/place`, fan)).toMatchObject({
    status: 404,
    body: { error: { code: 'NOT_FOUND' } },
  });
  expect(await call(app, 'GET', `${at}/place`)).toMatchObject({ status: 401 });
  const joined = await world.queue.join(drop.dropId, fan.user.id);
  if (!joined.ok) throw new Error(joined.error.code);
  const place = await call(app, 'GET', `${at}/place`, fan);
  expect(place).toMatchObject({
    status: 200,
    body: { placeId: joined.value.placeId, number: null, state: 'waiting', turn: null, claimBy: null },
  });
  expect(await call(app, 'GET', `${at}/mine`, fan)).toMatchObject({
    status: 200,
    body: { place: { placeId: joined.value.placeId }, holds: [], bought: 0, remainingAllowance: 4 },
  });
  expect(await call(app, 'GET', `${at}/mine`, other)).toMatchObject({ status: 200, body: { place: null } });
  expect(await call(app, 'GET', `/drops/${world.ids.next()}/mine`, fan)).toMatchObject({ status: 404 });
  expect(await call(app, 'GET', `/drops/${world.ids.next()}`)).toMatchObject({ status: 404 });
  expect(await call(app, 'GET', at)).toMatchObject({
    status: 200,
    body: { id: drop.dropId, phase: 'lobby', lobbyCount: 1 },
  });
});

test('Q32 Q31: a called place shows until when; a waiting one, how many are ahead', async () => {
  const drop = await drawnDrop();
  const fans = await world.sql<{ user_id: string }>(
    'select user_id from ticketing.places where drop_id = $1 order by number',
    [drop.dropId],
  );
  const first = await world.queue.placeOf(drop.dropId, fans[0]!.user_id);
  expect(first).toMatchObject({ value: { state: 'called', number: 1, forecast: null } });
  expect(Date.parse((first as { value: PlaceView }).value.claimBy!)).toBeGreaterThan(world.clock.now());
  expect(await world.queue.placeOf(drop.dropId, fans[9]!.user_id)).toMatchObject({
    value: {
      state: 'waiting',
      number: 10,
      forecast: { ahead: 7, earliestSeconds: null, latestSeconds: null },
    },
  });
});

test('Q28 Q30: operating over HTTP wants a role, an own drop and a reason for a pause', async () => {
  const drop = await drawnDrop();
  const at = `/drops/${drop.dropId}`;
  const fan = await signedIn(world, accounts);
  const rival = await signedIn(world, accounts, 'vendor');
  const operator = await signedIn(world, accounts, 'operator');
  const pause = (headers: Record<string, string>, body: unknown) =>
    call(app, 'POST', `${at}/pause`, { headers, body });
  expect(await pause({}, { reason: 'x' })).toMatchObject({ status: 401 });
  expect(await pause(fan.headers, { reason: 'x' })).toMatchObject({ status: 403 });
  expect(await pause(rival.headers, { reason: 'x' })).toMatchObject({ status: 404 });
  for (const body of [{}, { reason: ' ' }, { reason: 'x'.repeat(501) }, { reason: 'x', more: 1 }])
    expect(await pause(operator.headers, body)).toMatchObject({
      status: 400,
      body: { error: { code: 'INVALID_REQUEST' } },
    });
  expect(await pause(operator.headers, { reason: ' rain ' })).toMatchObject({
    status: 200,
    body: { phase: 'paused', pauseReason: 'rain' },
  });
  const { headers } = operator;
  expect(await call(app, 'POST', `${at}/resume`, { headers })).toMatchObject({
    status: 200,
    body: { phase: 'live' },
  });
  const patch = (body: unknown) => call(app, 'PATCH', at, { headers, body });
  expect(await patch({ maxTurns: 7 })).toMatchObject({ status: 200, body: { maxTurns: 7 } });
  for (const body of [{}, { maxTurns: 0 }, { maxTurns: 1.5 }, { opensAt: 'soon' }, { secret: 'x' }])
    expect(await patch(body), JSON.stringify(body)).toMatchObject({ status: 400 });
  expect(await patch({ endsAt: new Date(world.clock.now() + 60_000).toISOString() })).toMatchObject({
    status: 200,
  });
  expect(await call(app, 'POST', `${at}/end`, { headers, body: { reason: 'enough' } })).toMatchObject({
    status: 200,
    body: { phase: 'ended' },
  });
  expect(await call(app, 'POST', `${at}/cancel`, { headers })).toMatchObject({
    status: 409,
    body: { error: { code: 'INVALID_STATE' } },
  });
});

test('Q33 Q34: record, places (plain and gzipped) and proof over HTTP', async () => {
  const drop = await drawnDrop();
  const at = `${url}/drops/${drop.dropId}/draw`;
  const draw = (await (await fetch(at)).json()) as DrawView;
  expect(draw).toMatchObject({ placeCount: 12, beacon: null });
  const plain = await app.inject({ method: 'GET', url: `/drops/${drop.dropId}/draw/places` });
  expect(plain.headers['content-encoding']).toBeUndefined();
  const zipped = await app.inject({
    method: 'GET',
    url: `/drops/${drop.dropId}/draw/places`,
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
  const places = plain.body
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as DrawPlace);
  expect(places.map((p) => p.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(Object.keys(places[0]!).sort()).toEqual([
    'commitment',
    'joinedAtMicros',
    'left',
    'number',
    'placeId',
  ]);
  const proof = await fetch(`${at}/proof?placeId=${places[4]!.placeId}`);
  expect(await proof.json()).toMatchObject({ root: draw.root, size: 12, number: 5 });
  expect((await fetch(`${at}/proof?placeId=${world.ids.next()}`)).status).toBe(404);
  expect((await fetch(`${at}/proof?placeId=x`)).status).toBe(400);
});

async function verifyDraw(...args: string[]): Promise<{ code: number | null; out: string }> {
  const script = fileURLToPath(new URL('../../scripts/verify-draw.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, ...args, '--url', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  child.stdout.on('data', (data) => {
    out += data;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, out };
}

test('Q37: the command verifies a drawn line and a receipt, and fails where something is wrong', async () => {
  const drop = await drawnDrop();
  const placed = await world.queue.placeOf(drop.dropId, drop.users[3]!);
  if (!placed.ok) throw new Error(placed.error.code);
  const { receipt } = placed.value;
  const fine = await verifyDraw(drop.dropId, '--receipt', receipt);
  expect(fine.out).toContain('[  ok  ] Every number follows from the seed');
  expect(fine.out).toContain('[  ok  ] The receipt is genuine');
  expect(fine).toMatchObject({ code: 0 });
  const elsewhere = await drawnDrop(2);
  expect(await verifyDraw(elsewhere.dropId, '--receipt', receipt)).toMatchObject({
    code: 1,
    out: expect.stringContaining('[ FAIL ]'),
  });
  await world.sql('delete from ticketing.place_numbers where drop_id = $1 and number = 1', [
    elsewhere.dropId,
  ]);
  const broken = await verifyDraw(elsewhere.dropId);
  expect(broken).toMatchObject({
    code: 1,
    out: expect.stringContaining('[ FAIL ] The list has as many places'),
  });
  expect(await verifyDraw(world.ids.next())).toMatchObject({
    code: 2,
    out: expect.stringContaining('404 NOT_FOUND'),
  });
  expect((await verifyDraw()).code).toBe(2);
});

test('Q3 Q23 Q8: the socket events answer as the contract says', async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true } });
  const { id } = await world.createUser();
  const caller = {
    account: { id, role: 'user' as const, name: 'Fan', sessionId: world.ids.next() },
    socketId: 's',
    address: '::1',
  };
  const events = new Map(queueSocketHandlers(world.queue).map((handler) => [handler.event, handler]));
  const say = (event: string) => events.get(event)!.handle(caller, { dropId: drop.dropId });
  expect(await say('queue:join')).toMatchObject({
    ok: true,
    value: { placeId: expect.any(String), number: 1, receipt: expect.any(String) },
  });
  expect(await say('queue:claim')).toMatchObject({ ok: false, error: { code: 'NOT_CALLED' } });
  await world.queue.step(drop.dropId);
  expect(await say('queue:claim')).toMatchObject({
    ok: true,
    value: { turn: { token: expect.any(String), expiresAt: expect.any(String) } },
  });
  expect(await say('queue:leave')).toMatchObject({ ok: true, value: { state: 'done' } });
});
