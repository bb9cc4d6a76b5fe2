import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../kernel/index.ts';
import { generateKeys, keyRingFrom, PURPOSES } from '../keys/index.ts';
import { manualClock } from '../stores/testing.ts';
import { createTokens } from './tokens.ts';

const keys = keyRingFrom(generateKeys());
const account = {
  id: '01900000-0000-7000-8000-000000000001',
  role: 'user',
  name: 'Ann',
  sessionId: '01900000-0000-7000-8000-000000000002',
} as const;
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString());
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const codeOf = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? 'OK' : result.error?.code);

function claims(clock = systemClock, changed: Record<string, unknown> = {}) {
  const iat = Math.floor(clock.now() / 1000);
  return {
    iss: 'holdfast',
    aud: 'holdfast',
    sub: account.id,
    sid: account.sessionId,
    role: 'user',
    name: 'Ann',
    iat,
    exp: iat + 600,
    ...changed,
  };
}

test('A20: an access token is an EdDSA JWS of its own type, for ten minutes, with its claims', () => {
  const clock = manualClock();
  const { accessToken, expiresIn } = createTokens({ keys, clock }).issue(account);
  const [header, body] = accessToken.split('.') as [string, string];
  expect(decode(header)).toEqual({
    alg: 'EdDSA',
    typ: 'holdfast-access+jwt',
    kid: expect.stringMatching(/^access-/),
  });
  expect(decode(body)).toEqual(claims(clock));
  expect(expiresIn).toBe(600);
});

test('A21: a token with any one byte flipped is invalid', () => {
  const tokens = createTokens({ keys, clock: systemClock });
  const { accessToken } = tokens.issue(account);
  for (let i = 0; i < accessToken.length; i++) {
    const other = accessToken[i] === 'A' ? 'B' : 'A';
    const flipped = accessToken.slice(0, i) + other + accessToken.slice(i + 1);
    expect(codeOf(tokens.verify(flipped)), `byte ${i}`).toBe('TOKEN_INVALID');
  }
});

test('A21: no algorithm, a symmetric one, another header type are invalid', () => {
  const tokens = createTokens({ keys, clock: systemClock });
  const [header] = tokens.issue(account).accessToken.split('.') as [string];
  const { kid } = decode(header);
  const body = encode(claims());
  const jwk = keys.publicJwks().keys.find((key) => key.kid === kid);
  const forge = (head: object, sign: (input: string) => string) => {
    const input = `${encode(head)}.${body}`;
    return `${input}.${sign(input)}`;
  };
  const own = (input: string) => keys.sign('access', Buffer.from(input)).signature.toString('base64url');
  const hmac = (input: string) =>
    createHmac('sha256', Buffer.from(jwk?.x ?? '', 'base64url'))
      .update(input)
      .digest('base64url');
  const typ = 'holdfast-access+jwt';
  expect(codeOf(tokens.verify(forge({ alg: 'EdDSA', typ, kid }, own)))).toBe('OK');
  const forged = [
    forge({ alg: 'none', typ, kid }, () => ''),
    forge({ alg: 'None', typ, kid }, own),
    forge({ alg: 'HS256', typ, kid }, hmac),
    forge({ alg: 'EdDSA', typ, kid }, hmac),
    forge({ alg: 'EdDSA', typ: 'JWT', kid }, own),
    forge({ alg: 'EdDSA', typ, kid: 'access-unknown' }, own),
    forge({ alg: 'EdDSA', typ, kid: { toString: 'x' } }, own),
    forge({ alg: 'EdDSA', typ, kid, jwk }, () => ''),
    'x.y.z',
    '',
    '..',
    `${'a'.repeat(5_000)}.b.c`,
  ];
  for (const token of forged) expect(codeOf(tokens.verify(token)), token).toBe('TOKEN_INVALID');
});

test('A21: a token of another purpose or another installation is invalid', () => {
  const tokens = createTokens({ keys, clock: systemClock });
  for (const purpose of PURPOSES)
    expect(codeOf(tokens.verify(keys.signToken(purpose, claims()))), purpose).toBe(
      purpose === 'access' ? 'OK' : 'TOKEN_INVALID',
    );
  const foreign = keyRingFrom(generateKeys()).signToken('access', claims());
  expect(codeOf(tokens.verify(foreign))).toBe('TOKEN_INVALID');
});

test.each([
  { iss: 'else' },
  { aud: 'else' },
  { sub: 'me' },
  { sid: null },
  { role: 'root' },
  { name: 7 },
  { exp: '9999999999' },
  { exp: undefined },
  { iat: Math.floor(systemClock.now() / 1000) + 3_600, exp: Math.floor(systemClock.now() / 1000) + 4_000 },
  { exp: Math.floor(systemClock.now() / 1000) + 86_400 },
])('A21: claims %j are invalid, signed or not', (changed) => {
  const tokens = createTokens({ keys, clock: systemClock });
  expect(codeOf(tokens.verify(keys.signToken('access', claims(systemClock, changed))))).toBe('TOKEN_INVALID');
});

test('A22: a token expires after ten minutes', async () => {
  const clock = manualClock();
  const tokens = createTokens({ keys, clock });
  const { accessToken } = tokens.issue(account);
  await clock.advance(599_000);
  expect(codeOf(tokens.verify(accessToken))).toBe('OK');
  await clock.advance(1_000);
  expect(codeOf(tokens.verify(accessToken))).toBe('TOKEN_EXPIRED');
});

test('A22, A29: a token known already still expires, and one that differs by a byte is looked at anew', () => {
  const clock = manualClock();
  let looks = 0;
  const readToken: typeof keys.readToken = (purpose, token) => {
    looks++;
    return keys.readToken(purpose, token);
  };
  const tokens = createTokens({ clock, keys: { ...keys, readToken } });
  const { accessToken } = tokens.issue(account);
  expect([codeOf(tokens.verify(accessToken)), codeOf(tokens.verify(accessToken)), looks]).toEqual([
    'OK',
    'OK',
    1,
  ]);
  const at = accessToken.length - 10;
  const flipped =
    accessToken.slice(0, at) + (accessToken[at] === 'A' ? 'B' : 'A') + accessToken.slice(at + 1);
  expect([codeOf(tokens.verify(flipped)), looks]).toEqual(['TOKEN_INVALID', 2]);
  clock.advance(600_000);
  expect(codeOf(tokens.verify(accessToken))).toBe('TOKEN_EXPIRED');
});
