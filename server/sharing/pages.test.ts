/** Pages and cards of events over HTTP, as a reader of links meets them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import qrcode from 'qrcode';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { call, httpWorld } from '../http/testing.ts';
import { LIMITS } from '../limits.ts';
import type { SharedEvent } from '../sharing/index.ts';
import { type MadeEvent, type TestWorld, testWorld } from '../stores/testing.ts';
import { createSharing, type Sharing, sharingRoutes } from './index.ts';
import { createPreviews } from './previews.ts';

const HTML = `<!doctype html><html lang="en"><head><meta name="description" content="Of us all" /><title>Holdfast</title></head><body>${'<p></p>'.repeat(300)}</body></html>`;
let world: TestWorld;
let app: FastifyInstance;
let sharing: Sharing;
let event: MadeEvent;
const sql = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);
const PLAIN = 'content="Of us all"';

beforeAll(async () => {
  world = await testWorld();
  const staticDir = join(world.dir, 'client');
  mkdirSync(staticDir, { recursive: true });
  writeFileSync(join(staticDir, 'index.html'), HTML);
  sharing = createSharing({
    ...world,
    pictureOf: async () => ({ ok: true, value: Buffer.from('no picture') }),
    origin: 'https://tickets.example',
  });
  ({ app } = await httpWorld(world, {
    env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1' },
    slices: [(scope) => sharingRoutes(scope, sharing)],
    http: { staticDir, preview: sharing },
  }));
  event = await world.createEvent({
    title: 'Night & Day',
    tiers: [{ priceCents: 4_000 }, { priceCents: 2_500 }],
  });
});
afterAll(async () => {
  await app.close();
  await world.close();
});

test('X60: the event’s page and its drop’s tell of it, plain and compressed', async () => {
  for (const path of [`/e/${event.eventId}`, `/d/${event.dropId}`]) {
    const page = await call(app, 'GET', path);
    expect(page.status).toBe(200);
    expect(page.text).toContain('<title>Night &amp; Day · Holdfast</title>');
    expect(page.text).toContain('From EUR 25.00');
    expect(page.text).toContain(`property="og:url" content="https://tickets.example${path}"`);
    expect(page.text).not.toContain(PLAIN);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    const again = await call(app, 'GET', path, { headers: { 'if-none-match': String(page.headers.etag) } });
    expect(again.status).toBe(304);
    const packed = await call(app, 'GET', path, { headers: { 'accept-encoding': 'br' } });
    expect(packed.headers['content-encoding']).toBe('br');
  }
});

test('X68: a page is packed with no larger a window than it needs, whatever code its link names', async () => {
  for (const via of ['', '?via=anna', '?via=somebody-else']) {
    const url = `/e/${event.eventId}${via}`;
    const packed = await app.inject({ method: 'GET', url, headers: { 'accept-encoding': 'br' } });
    expect(packed.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(packed.rawPayload).toString()).toBe((await call(app, 'GET', url)).text);
    // RFC 7932 section 9.1: a stream that begins with a 0 bit has a window of 16 bits, the least that is used.
    expect((packed.rawPayload[0] as number) & 1).toBe(0);
  }
});

test('X60: a draft, an unknown id and any other page tell nothing', async () => {
  const draft = await world.createEvent({ title: 'Secret', status: 'draft', drop: null });
  const paths = [
    `/e/${draft.eventId}`,
    `/e/${world.ids.next()}`,
    '/e/nothing',
    '/d/%27or%201',
    `/d/${event.dropId}/draw`,
    '/',
  ];
  for (const path of paths) {
    const page = await call(app, 'GET', path);
    expect([path, page.status, page.text.includes('Secret'), page.text.includes(PLAIN)]).toEqual([
      path,
      200,
      false,
      true,
    ]);
  }
  expect((await call(app, 'GET', `/events/${draft.eventId}/card.png`)).status).toBe(404);
});

test('X62: put off after it was published, the time before is told', async () => {
  const moved = await world.createEvent({ title: 'Moved' });
  const [{ start_at: before }] = (
    await sql('select start_at from events.events where id = $1', [moved.eventId])
  ).rows;
  await sql(
    `update events.events set start_at = start_at + interval '7 days', title = 'Moved on' where id = $1`,
    [moved.eventId],
  );
  const { text } = await call(app, 'GET', `/e/${moved.eventId}`);
  expect(text).toContain('EventRescheduled');
  const [, told = ''] = /"previousStartDate":"([^"]*)"/.exec(text) ?? [];
  expect(Math.floor(Date.parse(told) / 1_000)).toBe(Math.floor(before.getTime() / 1_000));
});

test('X63: a card is a PNG of 1200 by 630, 304 while it is the same', async () => {
  const card = await app.inject({ method: 'GET', url: `/events/${event.eventId}/card.png?v=x` });
  expect([card.statusCode, card.headers['content-type']]).toEqual([200, 'image/png']);
  expect(card.headers['cross-origin-resource-policy']).toBe('cross-origin');
  expect(await sharp(card.rawPayload).metadata()).toMatchObject({ format: 'png', width: 1_200, height: 630 });
  const again = await call(app, 'GET', `/events/${event.eventId}/card.png`, {
    headers: { 'if-none-match': String(card.headers.etag) },
  });
  expect(again.status).toBe(304);
  // Of a drop there is no card: it has its event's.
  expect((await call(app, 'GET', `/events/${event.dropId}/card.png`)).status).toBe(404);
});

test.each(['</span><span size="999999">', 'قمر 🎉 潮', 'x'.repeat(200), 'W '.repeat(100), '&amp;'])(
  'X61, X63: a card of "%s"',
  async (title) => {
    const odd = await world.createEvent({ title });
    const card = await app.inject({ method: 'GET', url: `/events/${odd.eventId}/card.png` });
    expect(card.statusCode).toBe(200);
    expect(await sharp(card.rawPayload).metadata()).toMatchObject({ width: 1_200, height: 630 });
  },
);

test('X63: a card whose picture cannot be read is refused for the moment, and no defect', async () => {
  const painted = (await sharing.previews.find(event.eventId)) as SharedEvent;
  const card = await sharing.cards.of({ ...painted, image_id: world.ids.next() });
  expect(card).toMatchObject({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE' } });
});

test('X67: a link as a QR code, an affiliate’s too; nothing else becomes part of it', async () => {
  const svg = await call(app, 'GET', `/events/${event.eventId}/link.svg?via=anna-1`, {
    headers: { host: 'evil.example' },
  });
  expect([svg.status, svg.headers['content-type']]).toEqual([200, 'image/svg+xml']);
  expect(String(svg.headers['content-security-policy'])).toContain("default-src 'none'");
  const made = await qrcode.toString(`https://tickets.example/e/${event.eventId}?via=anna-1`, {
    type: 'svg',
    errorCorrectionLevel: 'M',
    margin: 4,
  });
  expect(svg.text).toBe(made);
  expect((await call(app, 'GET', `/events/${event.eventId}/link.svg?via=%22%3E`)).status).toBe(400);
  expect((await call(app, 'GET', `/events/${world.ids.next()}/link.svg`)).status).toBe(404);
});

test('X64: a forged host becomes no address, and only a code becomes part of one', async () => {
  const by = (query: string) =>
    call(app, 'GET', `/e/${event.eventId}${query}`, { headers: { host: 'evil.example' } });
  expect((await by('?via=anna-1')).text).toContain(`/e/${event.eventId}?via=anna-1"`);
  for (const query of ['?via="><script>', '?via=a&via=b', '?via=', '']) {
    const { text } = await by(query);
    expect(text).toContain(`property="og:url" content="https://tickets.example/e/${event.eventId}"`);
    expect(text).not.toContain('evil.example');
  }
});

const view = { id: '01900000-0000-7000-8000-000000000001' } as SharedEvent;
const someId = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
/** Previews over a ledger that answers when it is told to, by a clock that stands until it is moved. */
function paced() {
  const waiting: { answer: (event: SharedEvent | undefined) => void; fail: (err: Error) => void }[] = [];
  const sleeping: (() => void)[] = [];
  let now = 1_000;
  const previews = createPreviews({
    db: { one: (() => new Promise((answer, fail) => waiting.push({ answer, fail }))) as never },
    clock: { now: () => now, sleep: () => new Promise((done) => sleeping.push(done)) },
    log: world.log,
  });
  return {
    previews,
    waiting,
    sleeping,
    pass: (ms: number) => {
      now += ms;
    },
  };
}
const settled = () => new Promise((done) => setImmediate(done));

test('X65: a ledger that is slow or away is not waited for', async () => {
  const { previews, waiting, sleeping, pass } = paced();
  const slow = previews.find(someId(1));
  for (const wake of sleeping) wake();
  expect(await slow).toBeNull();
  waiting[0]?.fail(new Error('the ledger is away'));
  await settled();
  // Nobody waits for another look at once; later one is begun.
  expect(await previews.find(someId(1))).toBeNull();
  expect(waiting).toHaveLength(1);
  pass(1_001);
  expect(await previews.find(someId(1))).toBeNull();
  expect(waiting).toHaveLength(2);
});

test('X65: with the ledger away a page is served plain', async () => {
  const broken = createPreviews({ ...world, db: { one: () => Promise.reject(new Error('away')) } });
  const bare = await httpWorld(world, {
    http: {
      staticDir: join(world.dir, 'client'),
      preview: { previews: broken, headOf: sharing.headOf, origin: 'https://t.example' },
    },
  });
  const page = await call(bare.app, 'GET', `/e/${event.eventId}`);
  expect([page.status, page.text.includes(PLAIN)]).toEqual([200, true]);
  await bare.app.close();
});

test('X66: one look for a crowd, four at a time, and what was known while it is looked up anew', async () => {
  const { previews, waiting, pass } = paced();
  const crowd = Array.from({ length: 500 }, () => previews.find(someId(1)));
  const others = [2, 3, 4, 5, 6].map((n) => previews.find(someId(n)));
  expect(waiting).toHaveLength(4);
  expect(await others[4]).toBeNull();
  waiting[0]?.answer(view);
  expect(new Set(await Promise.all(crowd))).toEqual(new Set([view]));
  for (const each of waiting) each.answer(undefined);
  await settled();
  expect(await previews.find(someId(1))).toBe(view);
  expect(waiting).toHaveLength(4);
  pass(10_001);
  expect(await previews.find(someId(1))).toBe(view);
  expect(waiting).toHaveLength(5);
});

test('X66: ids of nothing, however many, push out no event that is known', async () => {
  const { previews, waiting } = paced();
  const known = previews.find(someId(1));
  waiting[0]?.answer(view);
  expect(await known).toBe(view);
  for (let n = 0; n <= LIMITS.previewsKept; n++) {
    const made = previews.find(someId(1_000 + n));
    waiting.at(-1)?.answer(undefined);
    expect(await made).toBeNull();
  }
  const looks = waiting.length;
  expect(await previews.find(someId(1))).toBe(view);
  expect(await previews.find(someId(1_000 + LIMITS.previewsKept))).toBeNull();
  expect(waiting).toHaveLength(looks);
});

test('X66: a card is drawn once, however many ask', async () => {
  const fresh = await world.createEvent({ title: 'Once' });
  const found = (await sharing.previews.find(fresh.eventId)) as SharedEvent;
  const cards = await Promise.all(Array.from({ length: 20 }, () => sharing.cards.of(found)));
  expect(new Set(cards.map((card) => (card.ok ? card.value : null))).size).toBe(1);
});

test('X66: more cards than can wait are asked to come again', async () => {
  const found = (await sharing.previews.find(event.eventId)) as SharedEvent;
  const cards = await Promise.all(
    Array.from({ length: 12 }, (_, n) => sharing.cards.of({ ...found, title: `Card ${n}` })),
  );
  expect(cards.filter((card) => card.ok)).toHaveLength(8);
  expect(cards.find((card) => !card.ok)).toMatchObject({ error: { code: 'TEMPORARILY_UNAVAILABLE' } });
});
