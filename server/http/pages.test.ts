import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { PAGES } from './pages.ts';
import { call, type HttpWorld, httpWorld } from './testing.ts';

let world: TestWorld;
let http: HttpWorld;
const HTML = '<!doctype html><title>Holdfast</title><div id="app"></div>';
const SCRIPT = `export const words = ${JSON.stringify('sea '.repeat(2_000))};`;
beforeAll(async () => {
  world = await testWorld();
  const staticDir = join(world.dir, 'client');
  mkdirSync(join(staticDir, 'assets'), { recursive: true });
  writeFileSync(join(staticDir, 'index.html'), HTML);
  writeFileSync(join(staticDir, 'sw.js'), 'self.skipWaiting();');
  writeFileSync(join(staticDir, 'manifest.webmanifest'), '{}');
  writeFileSync(join(staticDir, 'assets', 'main-a1b2.js'), SCRIPT);
  writeFileSync(join(world.dir, 'secret.txt'), 'not for you');
  http = await httpWorld(world, { http: { staticDir } });
});
afterAll(async () => {
  await http.app.close();
  await world.close();
});

test.each(PAGES)('X40: %s answers the page, by GET and HEAD', async (pattern) => {
  const url = pattern.replace(/:\w+/g, '01900000-0000-7000-8000-000000000001');
  const page = await call(http.app, 'GET', url);
  expect([page.status, page.headers['content-type'], page.text]).toEqual([
    200,
    'text/html; charset=utf-8',
    HTML,
  ]);
  expect((await call(http.app, 'HEAD', url)).status).toBe(200);
  // A page is the same for everybody: bad credentials do not keep it from the one who must log in.
  expect((await call(http.app, 'GET', url, { headers: { authorization: 'Bearer x.y.z' } })).status).toBe(200);
});

test('X40: unknown addresses are 404, and POST to a page is 405', async () => {
  for (const url of ['/d', '/d/1/2/3', '/my', '/vendor/x', '/index.php', '/assets/none.js'])
    expect((await call(http.app, 'GET', url)).status, url).toBe(404);
  expect((await call(http.app, 'POST', '/my/tickets')).status).toBe(405);
});

test.each(['/', '/healthz'])(
  'X23: many people or probes behind one address may ask for %s at once',
  async (url) => {
    const answers = await Promise.all(
      Array.from({ length: 700 }, () => call(http.app, 'GET', url, { remoteAddress: '192.0.2.40' })),
    );
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  },
);

test('X40: without built pages the API stands alone', async () => {
  const bare = await httpWorld(world, { http: { staticDir: join(world.dir, 'never-built') } });
  expect((await call(bare.app, 'GET', '/')).status).toBe(404);
  expect((await call(bare.app, 'GET', '/healthz')).status).toBe(200);
  await bare.app.close();
});

test('X41: hashed files are kept for a year; page and service worker are asked for each time', async () => {
  const asset = await call(http.app, 'GET', '/assets/main-a1b2.js');
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8');
  for (const url of ['/', '/sw.js', '/manifest.webmanifest']) {
    const first = await call(http.app, 'GET', url);
    expect(first.headers['cache-control'], url).toBe('no-cache');
    const again = await call(http.app, 'GET', url, {
      headers: { 'if-none-match': String(first.headers.etag) },
    });
    expect([again.status, again.text], url).toEqual([304, '']);
  }
});

test('X42: text is compressed for who accepts it, each form under its own tag', async () => {
  const get = (encoding: string) =>
    http.app.inject({ method: 'GET', url: '/assets/main-a1b2.js', headers: { 'accept-encoding': encoding } });
  const [plain, gzip, brotli] = [
    await get('identity'),
    await get('gzip, deflate'),
    await get('gzip, deflate, br'),
  ];
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.body).toBe(SCRIPT);
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gunzipSync(gzip.rawPayload).toString()).toBe(SCRIPT);
  expect(brotli.headers['content-encoding']).toBe('br');
  expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(SCRIPT);
  expect(brotli.rawPayload.length).toBeLessThan(plain.rawPayload.length / 5);
  expect(new Set([plain, gzip, brotli].map((answer) => answer.headers.etag)).size).toBe(3);
  for (const answer of [plain, gzip, brotli]) expect(answer.headers.vary).toBe('accept-encoding');
});

test.each([
  '/../secret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e/secret.txt',
  '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
  '/..%5csecret.txt',
  '//secret.txt',
  '/assets/',
  '/assets',
  '/secret.txt%00.js',
])('X43: %s leads nowhere', async (url) => {
  const answer = await call(http.app, 'GET', url);
  expect([400, 404]).toContain(answer.status);
  expect(answer.text).not.toContain('not for you');
});
