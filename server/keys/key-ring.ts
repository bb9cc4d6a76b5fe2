/**
 * Signing keys, one per purpose, so that a leaked one opens one door only. Ed25519 throughout (EdDSA, RFC 8037), but for the
 * one that push services know us by: they take P-256 alone (RFC 8292).
 * The set is a JWK set; a key's id begins with its purpose (`turn-2026a`). The first key of a purpose signs, all of
 * them verify: that is how keys rotate.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const PURPOSES = ['access', 'turn', 'receipt', 'ticket', 'oauth'] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface PrivateJwk {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  d: string;
  kid: string;
  alg: 'EdDSA';
  use: 'sig';
}
export type PublicJwk = Omit<PrivateJwk, 'd'>;

/** The key of the purpose `push`: browsers tie their subscriptions to it, so that a new one asks every device anew. */
export interface PushJwk {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
  d: string;
  kid: string;
  alg: 'ES256';
  use: 'sig';
}
export type AnyPrivateJwk = PrivateJwk | PushJwk;

/** As browsers and push services take it: base64url of the uncompressed point (65 bytes), and of the scalar (32 bytes). */
export interface PushKey {
  publicKey: string;
  privateKey: string;
}

interface Key {
  privateJwk: PrivateJwk;
  kid: string;
  purpose: Purpose;
  privateKey: KeyObject;
  publicKey: KeyObject;
  publicJwk: PublicJwk;
}

export interface KeyRing {
  /** Raw Ed25519 signature over `data`, with the key's id. */
  sign(purpose: Purpose, data: Uint8Array): { kid: string; signature: Buffer };
  verify(purpose: Purpose, kid: string, data: Uint8Array, signature: Uint8Array): boolean;
  /** A compact JWS with `typ` `holdfast-<purpose>+jwt`. */
  signToken(purpose: Purpose, claims: Record<string, unknown>): string;
  /** Claims of a valid token of this purpose, or null: wrong purpose, algorithm, key or signature. `exp` is the caller's to judge. `typ`: of a token that has a standard's name. */
  readToken(purpose: Purpose, token: string, typ?: string): Record<string, unknown> | null;
  /** A purpose's private keys, the signing one first: for a library that signs by itself. */
  privateJwks(purpose: Purpose): PrivateJwk[];
  /** What push services know us by. */
  readonly push: PushKey;
  publicJwks(): { keys: PublicJwk[] };
}

export function generateKeys(): { keys: AnyPrivateJwk[] } {
  return { keys: [...PURPOSES.map(generateKey), generatePushKey()] };
}

const idOf = (x: string) => createHash('sha256').update(x).digest('base64url').slice(0, 8);

function generatePushKey(): PushJwk {
  const jwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const { x, y, d } = jwk as { x: string; y: string; d: string };
  return { kty: 'EC', crv: 'P-256', x, y, d, kid: `push-${idOf(x)}`, alg: 'ES256', use: 'sig' };
}

/** @throws Error when it is no P-256 key */
function pushKeyFrom(jwk: PushJwk): PushKey {
  const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  if (asymmetricKeyType !== 'ec' || asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error(`key ${jwk.kid} is not P-256`);
  const bytes = (part: string) => Buffer.from(part, 'base64url');
  const point = Buffer.concat([Buffer.from([4]), bytes(jwk.x), bytes(jwk.y)]);
  return { publicKey: point.toString('base64url'), privateKey: bytes(jwk.d).toString('base64url') };
}

const isPush = (jwk: AnyPrivateJwk): jwk is PushJwk => jwk.kid?.startsWith('push-') ?? false;

function generateKey(purpose: Purpose): PrivateJwk {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const id = idOf(jwk.x as string);
  return {
    kty: 'OKP',
    crv: 'Ed25519',
    x: jwk.x as string,
    d: jwk.d as string,
    kid: `${purpose}-${id}`,
    alg: 'EdDSA',
    use: 'sig',
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @throws Error when the set is malformed or a purpose has no key. */
export function keyRingFrom(jwks: { keys: AnyPrivateJwk[] }): KeyRing {
  const first = jwks.keys.find(isPush);
  if (!first) throw new Error('no signing key for "push"');
  const push = pushKeyFrom(first);
  const signing = jwks.keys.filter((jwk) => !isPush(jwk)) as PrivateJwk[];
  const keys: Key[] = signing.map((jwk) => {
    const purpose = PURPOSES.find((p) => jwk.kid?.startsWith(`${p}-`));
    if (!purpose)
      throw new Error(`key id "${jwk.kid}" does not begin with one of ${PURPOSES.join(', ')}, push`);
    const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error(`key ${jwk.kid} is not Ed25519`);
    const { d: _secret, ...publicJwk } = jwk;
    return {
      privateJwk: jwk,
      kid: jwk.kid,
      purpose,
      privateKey,
      publicKey: createPublicKey(privateKey),
      publicJwk,
    };
  });
  const signers = new Map<Purpose, Key>();
  for (const key of keys) if (!signers.has(key.purpose)) signers.set(key.purpose, key);
  for (const purpose of PURPOSES)
    if (!signers.has(purpose)) throw new Error(`no signing key for "${purpose}"`);
  const byId = new Map(keys.map((key) => [`${key.purpose}:${key.kid}`, key]));
  const headers = new Map(
    [...signers].map(([purpose, key]) => [
      purpose,
      encode({ alg: 'EdDSA', typ: `holdfast-${purpose}+jwt`, kid: key.kid }),
    ]),
  );

  const ring: KeyRing = {
    sign(purpose, data) {
      const key = signers.get(purpose) as Key;
      return { kid: key.kid, signature: sign(null, data, key.privateKey) };
    },
    verify(purpose, kid, data, signature) {
      const key = byId.get(`${purpose}:${kid}`);
      return key !== undefined && verify(null, data, key.publicKey, signature);
    },
    signToken(purpose, claims) {
      const body = `${headers.get(purpose)}.${encode(claims)}`;
      return `${body}.${ring.sign(purpose, Buffer.from(body)).signature.toString('base64url')}`;
    },
    readToken(purpose, token, typ = `holdfast-${purpose}+jwt`) {
      const parts = token.split('.');
      if (parts.length !== 3 || token.length > 4096) return null;
      try {
        const header = JSON.parse(Buffer.from(parts[0] as string, 'base64url').toString()) as Record<
          string,
          unknown
        >;
        if (header.alg !== 'EdDSA' || header.typ !== typ || typeof header.kid !== 'string') return null;
        const signature = Buffer.from(parts[2] as string, 'base64url');
        // Base64url has spare bits: only the canonical spelling of a signature is accepted.
        if (signature.toString('base64url') !== parts[2]) return null;
        if (!ring.verify(purpose, header.kid, Buffer.from(`${parts[0]}.${parts[1]}`), signature)) return null;
        const claims: unknown = JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString());
        return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : null;
      } catch (err) {
        // Malformed base64 or JSON is an invalid token, anything else a defect.
        if (err instanceof SyntaxError) return null;
        throw err;
      }
    },
    privateJwks: (purpose) =>
      keys.filter((key) => key.purpose === purpose).map((key) => ({ ...key.privateJwk })),
    push,
    publicJwks: () => ({ keys: keys.map((key) => key.publicJwk) }),
  };
  return ring;
}

/** A key set made once in `file`, and the same for every process of ours. */
function madeOnce(file: string, make: () => AnyPrivateJwk[]): AnyPrivateJwk[] {
  if (!existsSync(file)) {
    try {
      writeFileSync(file, JSON.stringify({ keys: make() }, null, 2), { mode: 0o600, flag: 'wx' });
    } catch (err) {
      // Another process of ours made it first: its keys are the keys.
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    }
  }
  return (JSON.parse(readFileSync(file, 'utf8')) as { keys: AnyPrivateJwk[] }).keys;
}

/**
 * Keys from the environment (a JWK set as JSON), or made once in `<dataDir>/keys/signing.json` in development. A purpose that
 * came later than that file gets one of its own beside it (`signing-<purpose>.json`): the keys there are stay.
 */
export function loadKeyRing(config: { keys: string | undefined; dataDir: string }): KeyRing {
  if (config.keys) return keyRingFrom(JSON.parse(config.keys) as { keys: AnyPrivateJwk[] });
  const dir = join(config.dataDir, 'keys');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const keys = madeOnce(join(dir, 'signing.json'), () => generateKeys().keys);
  const later = PURPOSES.filter((purpose) => !keys.some(({ kid }) => kid.startsWith(`${purpose}-`)));
  for (const purpose of later)
    keys.push(...madeOnce(join(dir, `signing-${purpose}.json`), () => [generateKey(purpose)]));
  if (!keys.some(isPush)) keys.push(...madeOnce(join(dir, 'signing-push.json'), () => [generatePushKey()]));
  return keyRingFrom({ keys });
}
