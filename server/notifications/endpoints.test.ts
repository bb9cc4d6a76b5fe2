import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pushSettings } from '../config/push.ts';
import { createPoster, ForbiddenAddress, PushUnanswered, retryAfterSeconds } from './post.ts';
import { isPublic } from './public-address.ts';
import { type Endpoint, readEndpoint } from './push-services.ts';

const KNOWN = {
  google: 'https://fcm.googleapis.com/fcm/send/abc:def',
  mozilla: 'https://updates.push.services.mozilla.com/wpush/v2/gAAA',
  apple: 'https://web.push.apple.com/QGx',
  microsoft: 'https://wns2-par02p.notify.windows.com/w/?token=BQY%3d',
};

test.each(Object.entries(KNOWN))('N10: %s is sent to', (family, url) => {
  expect(readEndpoint(url, [])?.family).toBe(family);
});

test.each([
  'http://fcm.googleapis.com/fcm/send/abc',
  'https://fcm.googleapis.com:8443/fcm/send/abc',
  'https://user:word@fcm.googleapis.com/x',
  'https://fcm.googleapis.com@127.0.0.1/x',
  'https://fcm.googleapis.com#@127.0.0.1/',
  'https://fcm.googleapis.com\\@127.0.0.1/x',
  'https://fcm.googleapis.com.evil.example/x',
  'https://evilfcm.googleapis.com/x',
  'https://push.services.mozilla.com/x',
  'https://evil-push.services.mozilla.com.evil.example/x',
  'https://xpush.apple.com/x',
  'https://169.254.169.254/latest/meta-data/',
  'https://127.1/x',
  'https://2130706433/x',
  'https://0x7f000001/x',
  'https://[::ffff:7f00:1]/x',
  'https://[::1]/x',
  'https://localhost/x',
  'https://fcm.googleapis.com%2f@127.0.0.1/',
  ' https://fcm.googleapis.com/x',
  'https://fcm.google\tapis.com/x',
  'https://ｆcm.googleapis.com/x',
  'ftp://fcm.googleapis.com/x',
  'file:///etc/passwd',
  'javascript:alert(1)',
  '',
])('N10: %s is refused', (url) => {
  expect(readEndpoint(url, [])).toBeNull();
});

test('N10: whatever is accepted goes to a known host on port 443', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.webUrl({
          withFragments: true,
          withQueryParameters: true,
          authoritySettings: {
            withPort: true,
            withUserInfo: true,
            withIPv4: true,
            withIPv4Extended: true,
            withIPv6: true,
          },
        }),
        fc
          .tuple(fc.constantFrom(...Object.values(KNOWN)), fc.nat(70), fc.string({ maxLength: 5 }))
          .map(([url, at, extra]) => url.slice(0, at) + extra + url.slice(at)),
      ),
      (url) => {
        const found = readEndpoint(url, []);
        if (!found) return;
        expect(found.url.protocol).toBe('https:');
        expect(found.url.port + found.url.username + found.url.password).toBe('');
        expect(found.url.hostname).toMatch(
          /^(fcm\.googleapis\.com|.*\.push\.services\.mozilla\.com|.*\.push\.apple\.com|.*\.notify\.windows\.com)$/,
        );
      },
    ),
    { numRuns: 2_000 },
  );
});

test('N11: services of one’s own are compared by their whole origin; http is for this machine and never for production', () => {
  const read = (hosts: string, production = false) =>
    pushSettings({ hosts, contact: undefined, mailFrom: 'a@b.example' }, production);
  expect(read('https://push.example, http://127.0.0.1:9090')).toEqual({
    push: { hosts: ['https://push.example', 'http://127.0.0.1:9090'], contact: 'mailto:a@b.example' },
  });
  for (const hosts of [
    'http://push.example',
    'https://push.example/path',
    'https://u:p@push.example',
    'push.example',
    'https://',
  ])
    expect(read(hosts), hosts).toHaveProperty('problem');
  expect(read('http://127.0.0.1:9090', true)).toHaveProperty('problem');
  expect(pushSettings({ hosts: '', contact: 'ops@hall.example', mailFrom: 'a@b' }, false)).toHaveProperty(
    'problem',
  );
  const own = ['https://push.example', 'http://127.0.0.1:9090'];
  expect(readEndpoint('https://push.example/a', own)?.family).toBe('own');
  expect(readEndpoint('http://127.0.0.1:9090/a', own)?.family).toBe('own');
  for (const url of [
    'https://push.example:8443/a',
    'http://push.example/a',
    'http://127.0.0.1:9091/a',
    'http://127.1:9091/a',
  ])
    expect(readEndpoint(url, own), url).toBeNull();
});

test.each([
  ['8.8.8.8', true],
  ['142.250.1.95', true],
  ['2a00:1450:4001::5f', true],
  ['127.0.0.1', false],
  ['127.1.2.3', false],
  ['10.0.0.1', false],
  ['172.16.0.1', false],
  ['172.31.255.255', false],
  ['192.168.1.1', false],
  ['169.254.169.254', false],
  ['100.64.0.1', false],
  ['0.0.0.0', false],
  ['224.0.0.1', false],
  ['255.255.255.255', false],
  ['::', false],
  ['::1', false],
  ['::ffff:127.0.0.1', false],
  ['::ffff:7f00:1', false],
  ['::ffff:a9fe:a9fe', false],
  ['::7f00:1', false],
  ['64:ff9b::7f00:1', false],
  ['2002:7f00:1::', false],
  ['2001:0:1::', false],
  ['fe80::1', false],
  ['fe80::1%eth0', false],
  ['fc00::1', false],
  ['fd00:ec2::254', false],
  ['ff02::1', false],
  ['2130706433', false],
  ['127.1', false],
  ['nonsense', false],
])('N12: whether %s is public: %s', (address, is) => {
  expect(isPublic(address)).toBe(is);
});

const endpoint = (url: string, family: Endpoint['family'] = 'mozilla'): Endpoint => ({
  url: new URL(url),
  family,
});

let port: number;
let paths: string[] = [];
const server = createServer((request, response) => {
  paths.push(request.url ?? '');
  if (request.url === '/moved') response.writeHead(302, { location: 'http://169.254.169.254/latest/' }).end();
  else if (request.url === '/endless') {
    response.writeHead(200);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  } else if (request.url === '/ill') response.writeHead(503, { 'retry-after': '7' }).end();
  else if (request.url === '/slow') response.writeHead(429, { 'retry-after': '120' }).end();
  else if (request.url !== '/silent') response.writeHead(201).end();
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([
  [[{ address: '127.0.0.1', family: 4 }]],
  [[{ address: '169.254.169.254', family: 4 }]],
  [[{ address: '::ffff:7f00:1', family: 6 }]],
  // One good address makes no other one good.
  [
    [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ],
  ],
  [[]],
])('N12: a name that leads to %j is not asked', async (found) => {
  const poster = createPoster({ nowMs: Date.now, resolve: async () => found });
  await expect(poster.post(endpoint(KNOWN.mozilla), {}, Buffer.from('x'))).rejects.toBeInstanceOf(
    ForbiddenAddress,
  );
  poster.close();
});

test('N12: a name is resolved once for each connection, and what was judged is what is dialled', async () => {
  // Rebinding: public when it is looked at, this machine ever after. Nobody answers at the first address here.
  const answers: { address: string; family: number }[][] = [];
  let asked = 0;
  const poster = createPoster({
    nowMs: Date.now,
    timeoutMs: 300,
    async resolve() {
      asked++;
      const found = [{ address: asked === 1 ? '192.0.9.1' : '127.0.0.1', family: 4 }];
      answers.push(found);
      return found;
    },
  });
  const before = paths.length;
  await expect(poster.post(endpoint(KNOWN.mozilla), {}, Buffer.from('x'))).rejects.toBeInstanceOf(
    PushUnanswered,
  );
  expect(asked).toBe(1);
  await expect(poster.post(endpoint(KNOWN.mozilla), {}, Buffer.from('x'))).rejects.toBeInstanceOf(
    ForbiddenAddress,
  );
  expect(asked).toBe(2);
  expect(paths.length).toBe(before);
  poster.close();
});

test('N13: redirects, endless answers and silence', async () => {
  paths = [];
  const poster = createPoster({ nowMs: Date.now, timeoutMs: 500 });
  const at = (path: string) => endpoint(`http://127.0.0.1:${port}${path}`, 'own');
  expect(await poster.post(at('/moved'), {}, Buffer.from('x'))).toEqual({ status: 302, retryAfter: null });
  expect(await poster.post(at('/endless'), {}, Buffer.from('x'))).toMatchObject({ status: 200 });
  await expect(poster.post(at('/silent'), {}, Buffer.from('x'))).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  await expect(poster.post(at('/ill'), {}, Buffer.from('x'))).rejects.toBeInstanceOf(PushUnanswered);
  await expect(
    poster.post(endpoint('http://127.0.0.1:1/x', 'own'), {}, Buffer.from('x')),
  ).rejects.toBeInstanceOf(PushUnanswered);
  expect(await poster.post(at('/slow'), {}, Buffer.from('x'))).toEqual({ status: 429, retryAfter: 120 });
  expect(paths).toEqual(['/moved', '/endless', '/silent', '/ill', '/slow']);
  poster.close();
});

test.each([
  [undefined, null],
  ['30', 30],
  ['Wed, 21 Oct 2026 07:28:00 GMT', 60],
  ['Wed, 21 Oct 2020 07:28:00 GMT', 0],
  ['soon', null],
  ['-5', null],
])('N16: Retry-After %s is %s s', (text, seconds) => {
  const got = retryAfterSeconds(text, Date.parse('2026-10-21T07:27:00Z'));
  // Date.parse reads "-5" as a year; what matters is that it is no long wait.
  expect(text === '-5' ? (got ?? 0) : got).toBe(text === '-5' ? 0 : seconds);
});
