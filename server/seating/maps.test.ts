import { readFileSync } from 'node:fs';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccounts } from '../accounts/index.ts';
import { createHttp } from '../http/create-http.ts';
import { call, signedIn } from '../http/testing.ts';
import { LIMITS } from '../limits.ts';
import type { VenueGeometry } from '../protocol/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { checkMap } from './check-map.ts';
import { expand } from './expand.ts';
import { generateVenue } from './generate.ts';
import { geometryOf } from './geometry.ts';
import { mapRoutes } from './map-routes.ts';
import { createMaps, type Maps } from './maps.ts';
import { mapOf, written } from './testing-maps.ts';
import { VENUE_MAP_SCHEMA } from './venue-map.ts';

let world: TestWorld;
let maps: Maps;
let app: FastifyInstance;
let accounts: ReturnType<typeof createAccounts>;
let vendor: Awaited<ReturnType<typeof signedIn>>;
let other: Awaited<ReturnType<typeof signedIn>>;
let operator: Awaited<ReturnType<typeof signedIn>>;

beforeAll(async () => {
  world = await testWorld();
  maps = createMaps({ db: world.ledger.reads, ids: world.ids });
  const config = world.config({ HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' });
  accounts = createAccounts({ ...world, config });
  const slices = [(scope: FastifyInstance) => mapRoutes(scope, { maps })];
  app = await createHttp({ ...world, config, accounts, slices, status: () => ({}) });
  [vendor, other, operator] = (await Promise.all(
    (['vendor', 'vendor', 'operator'] as const).map((role) => signedIn(world, accounts, role)),
  )) as [typeof vendor, typeof vendor, typeof vendor];
});
afterAll(async () => {
  await app.close();
  await world.close();
});

let named = 0;
/** A map nobody has imported yet. */
const fresh = () => mapOf([written('A', 0, 3), written('B', 10, 4)], { name: `Hall ${++named}` });
async function imported(vendorId: string | null, document: unknown = fresh()): Promise<string> {
  const made = await maps.import(vendorId, document);
  if (!made.ok) throw new Error(made.error.code);
  return made.value.id;
}
const rowsOf = async (name: string) =>
  (await world.ledger.reads.raw.query('select id from ticketing.venue_maps where name = $1', [name])).rows
    .length;

test('S9: the same document is one map per vendor, at whatever moments it comes', async () => {
  const document = fresh();
  const ids = await Promise.all(
    Array.from({ length: 6 }, () => imported(vendor.user.id, structuredClone(document))),
  );
  expect(new Set(ids).size).toBe(1);
  // Written out, with its members in another order: the same map.
  const { sections, ...rest } = expand(document);
  expect(await imported(vendor.user.id, { sections, ...rest })).toBe(ids[0]);
  expect(await rowsOf(document.name)).toBe(1);
  const [theirs, shared] = [await imported(other.user.id, document), await imported(null, document)];
  expect(new Set([ids[0], theirs, shared]).size).toBe(3);
  expect(await imported(null, document)).toBe(shared);
  const moved = structuredClone(document);
  moved.focal = [1, -10];
  expect(await imported(vendor.user.id, moved)).not.toBe(ids[0]);
});

test('S2, S10: what is exported imports as the same map', async () => {
  const id = await imported(vendor.user.id, generateVenue(2_000));
  const answer = await call(app, 'GET', `/venue-maps/${id}/document`, { headers: vendor.headers });
  expect(answer.status).toBe(200);
  expect(answer.text).toBe(JSON.stringify(expand(generateVenue(2_000))));
  expect(await imported(vendor.user.id, answer.body)).toBe(id);
});

test('S10: a vendor lists and exports their own maps and those for everybody; to others a map has no document', async () => {
  const [mine, theirs, shared] = [
    await imported(vendor.user.id),
    await imported(other.user.id),
    await imported(null),
  ];
  const list = await call(app, 'GET', '/venue-maps', { headers: vendor.headers });
  const listed = new Map<string, { shared: boolean }>(
    list.body.items.map((item: { id: string }) => [item.id, item]),
  );
  expect(listed.get(mine)).toMatchObject({ shared: false, seats: 7 });
  expect(listed.get(shared)).toMatchObject({ shared: true });
  expect(listed.has(theirs)).toBe(false);
  const status = async (id: string, who: { headers: { authorization: string } }) =>
    (await call(app, 'GET', `/venue-maps/${id}/document`, { headers: who.headers })).status;
  expect(await Promise.all([mine, shared, theirs].map((id) => status(id, vendor)))).toEqual([200, 200, 404]);
  expect(await Promise.all([mine, shared, theirs].map((id) => status(id, operator)))).toEqual([
    200, 200, 200,
  ]);
  const fan = await signedIn(world, accounts, 'user');
  expect(await status(shared, fan)).toBe(403);
});

test('S11: geometry is public, the same in every encoding, and may be kept for ever', async () => {
  const document = generateVenue(200);
  const id = await imported(vendor.user.id, document);
  const get = (headers: Record<string, string>) =>
    app.inject({ method: 'GET', url: `/venue-maps/${id}`, headers });
  const [plain, gzip, br] = await Promise.all([
    get({ 'accept-encoding': 'identity' }),
    get({ 'accept-encoding': 'gzip, br;q=0' }),
    get({ 'accept-encoding': 'gzip, deflate, br' }),
  ]);
  expect([plain, gzip, br].map(({ headers }) => headers['content-encoding'])).toEqual([
    undefined,
    'gzip',
    'br',
  ]);
  const texts = [plain.rawPayload, gunzipSync(gzip.rawPayload), brotliDecompressSync(br.rawPayload)].map(
    String,
  );
  expect(new Set(texts).size).toBe(1);
  expect(JSON.parse(texts[0] as string) as VenueGeometry).toEqual(geometryOf(expand(document), id));
  expect(plain.headers).toMatchObject({
    'cache-control': 'public, max-age=31536000, immutable',
    vary: 'accept-encoding',
    'content-type': 'application/json; charset=utf-8',
  });
  const again = await get({ 'if-none-match': String(plain.headers.etag) });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  const none = await call(app, 'GET', `/venue-maps/${world.ids.next()}`);
  expect([none.status, none.body.error.code]).toEqual([404, 'NOT_FOUND']);
});

test('S11: a process makes a geometry once, keeps a bounded number, and never an absence', async () => {
  const own = createMaps({ db: world.ledger.reads, ids: world.ids });
  const ids = await Promise.all(Array.from({ length: LIMITS.mapsCachedMax + 1 }, () => imported(null)));
  const [first, last] = [ids[0] as string, ids.at(-1) as string];
  const [one, same] = await Promise.all([own.geometry(first), own.geometry(first.toUpperCase())]);
  expect(one).toBe(same);
  for (const id of ids) await own.geometry(id);
  expect(await own.geometry(last)).toBe(await own.geometry(last));
  expect(await own.geometry(first)).not.toBe(one);
  const later = world.ids.next();
  expect(await own.geometry(later)).toBeNull();
  await world.ledger.reads.raw.query(
    `insert into ticketing.venue_maps (id, name, seat_count, map, digest)
     select $1, name, seat_count, map, sha256(digest) from ticketing.venue_maps where id = $2`,
    [later, first],
  );
  expect(await own.geometry(later)).not.toBeNull();
});

test('S3, S12: a document is refused with all its problems, and nothing of it is kept', async () => {
  const bad = mapOf([written('F', 0, 3, [{}, {}, { label: '2' }]), written('F', 10, 1)], {
    name: 'Refused hall',
  });
  const answer = await call(app, 'POST', '/venue-maps', { headers: vendor.headers, body: bad });
  expect(answer.status).toBe(400);
  expect(answer.body.error).toMatchObject({
    code: 'INVALID_REQUEST',
    details: {
      field: 'body',
      problem: 'sections/0/rows/1: row F is there twice in Stalls (and 1 more)',
      problems: [
        { at: '/sections/0/rows/1', message: 'row F is there twice in Stalls' },
        { at: '/sections/0/rows/0/seats/2', message: 'label 2 is there twice in row F of Stalls' },
      ],
    },
  });
  expect(await rowsOf('Refused hall')).toBe(0);
});

test('S12: a map of 60,000 seats written out fits, where other bodies have their own limit', async () => {
  const body = JSON.stringify(expand(generateVenue(60_000)), null, 2);
  expect(body.length).toBeGreaterThan(LIMITS.httpBodyMaxBytes * 50);
  const post = (url: string, payload: string) =>
    app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json', ...vendor.headers },
    });
  const made = await post('/venue-maps', body);
  expect([made.statusCode, made.json().seats]).toEqual([201, 60_000]);
  expect(made.headers.location).toBe(`/venue-maps/${made.json().id}`);
  expect((await post('/venue-maps', body)).statusCode).toBe(200);
  const large = await post('/venue-maps', `"${'x'.repeat(LIMITS.mapBodyMaxBytes)}"`);
  expect([large.statusCode, large.json().error.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  const elsewhere = await post('/login', `"${'x'.repeat(LIMITS.httpBodyMaxBytes)}"`);
  expect(elsewhere.statusCode).toBe(413);
});

test('S12: a vendor has so many maps and no more; those they have can still be imported again', async () => {
  const { user } = await signedIn(world, accounts, 'vendor');
  const document = fresh();
  const id = await imported(user.id, document);
  await world.ledger.reads.raw.query(
    `insert into ticketing.venue_maps (id, vendor_id, name, seat_count, map, digest)
     select gen_random_uuid(), $1, 'Another', 0, '{}', sha256(n::text::bytea) from generate_series(2, $2::int) n`,
    [user.id, LIMITS.mapsPerVendorMax],
  );
  expect(await maps.import(user.id, fresh())).toMatchObject({ ok: false, error: { code: 'INVALID_STATE' } });
  expect(await imported(user.id, document)).toBe(id);
});

const doc = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

test('S14: the published schema is the one that is checked', () => {
  // `npm run schema` writes it.
  expect(JSON.parse(doc('venue-map.schema.json'))).toEqual(JSON.parse(JSON.stringify(VENUE_MAP_SCHEMA)));
});

test('S14: the documented example imports, and says what the text says of it', async () => {
  const text = /```json\n([\s\S]*?)```/.exec(doc('venue-maps.md'))?.[1] ?? '';
  const document: unknown = JSON.parse(text);
  const checked = checkMap(document);
  expect(checked.ok ? [] : checked.problems).toEqual([]);
  const made = await maps.import(vendor.user.id, document);
  expect(made).toMatchObject({ ok: true, value: { name: 'Corner Theatre', seats: 25, created: true } });
  if (!checked.ok) return;
  const labels = checked.map.sections[0]!.rows.map(({ seats }) => seats.map(({ label }) => label).join(' '));
  expect(labels).toEqual(['9 7 5 3 1 2 4 6 8 10', '16 15 14 12 11 10 9 8 7 6 5 4']);
});
