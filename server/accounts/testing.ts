/** What tests of accounts over HTTP stand on: people, the links in their mails, and an authenticator made of software. */
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import { statement } from '../stores/index.ts';
import type { TestWorld } from '../stores/testing.ts';
import type { Accounts } from './accounts.ts';

export const PASSWORD = 'Correct-horse-9-battery';
export const NEW_PASSWORD = 'seven purple kites';

export interface Person {
  id: string;
  email: string;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
  headers: { authorization: string };
}

export interface People {
  /** Registered, and logged in with PASSWORD. */
  person(options?: { verified?: boolean }): Promise<Person>;
  logIn(person: Pick<Person, 'email'>, password?: string): ReturnType<Accounts['login']>;
  /** The secret of the newest letter of a kind, as its mail has it. */
  secretOf(person: Pick<Person, 'id'>, kind: string): Promise<string>;
  lettersTo(
    person: Pick<Person, 'id'>,
  ): Promise<{ kind: string; toAddress: string; detail: string | null }[]>;
  sql<Row>(text: string, values?: unknown[]): Promise<Row[]>;
}

export function people(world: TestWorld, accounts: Accounts): People {
  let count = 0;
  async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await world.ledger.payments.raw.query(text, values)).rows as Row[];
  }
  const logIn: People['logIn'] = ({ email }, password = PASSWORD) =>
    accounts.login({ email, password, address: '127.0.0.1' });
  return {
    sql,
    logIn,
    async person({ verified = false } = {}) {
      const email = `person-${++count}@example.test`;
      const made = await accounts.register({ email, password: PASSWORD, name: 'Pat', role: 'user' });
      const session = await logIn({ email });
      if (!made.ok || !session.ok) throw new Error('no account');
      const { accessToken, refreshToken } = session.value;
      const token = accounts.verifyAccessToken(accessToken);
      if (!token.ok) throw new Error('bad token');
      const { id, sessionId } = token.value.account;
      if (verified) await sql('update accounts.users set email_verified_at = now() where id = $1', [id]);
      return {
        id,
        email,
        sessionId,
        accessToken,
        refreshToken,
        headers: { authorization: `Bearer ${accessToken}` },
      };
    },
    async secretOf({ id }, kind) {
      const letter = await world.ledger.payments.one<{ id: string }>(NEWEST, [id, kind]);
      const link = letter && (await accounts.linkOf(letter.id));
      if (!link) throw new Error(`no link of ${kind}`);
      return new URL(link).hash.slice(1);
    },
    lettersTo: ({ id }) =>
      sql(
        'select kind, to_address as "toAddress", detail from accounts.letters where user_id = $1 order by id',
        [id],
      ),
  };
}
const NEWEST = statement(
  'test_newest_letter',
  'select id from accounts.letters where user_id = $1 and kind = $2 order by id desc limit 1',
);

interface Deviation {
  origin?: string;
  rpId?: string;
  challenge?: string;
  /** Whether the person showed who they are. */
  userVerified?: boolean;
  userHandle?: string;
  counter?: number;
}

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();
const base64url = (data: string | Uint8Array) => Buffer.from(data).toString('base64url');

/** One discoverable credential on one device (ES256, no attestation), which lies as it is told to. */
export class SoftAuthenticator {
  readonly id = randomBytes(16);
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly origin: string;
  #userHandle = 'bm9ib2R5';
  counter = 0;

  constructor(origin = 'http://localhost') {
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
    this.origin = origin;
  }

  #clientData(type: string, challenge: string, lies: Deviation): string {
    const { origin = this.origin } = lies;
    return JSON.stringify({ type, challenge: lies.challenge ?? challenge, origin, crossOrigin: false });
  }

  #authData(lies: Deviation, more: Uint8Array = Buffer.alloc(0)): Buffer {
    const { rpId = new URL(this.origin).hostname, userVerified = true } = lies;
    const flags = 0x01 | (userVerified ? 0x04 : 0) | (more.length > 0 ? 0x40 : 0);
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(lies.counter ?? this.counter);
    return Buffer.concat([sha256(rpId), Buffer.of(flags), counter, more]);
  }

  create(
    options: { challenge: string; user: { id: string } },
    lies: Deviation = {},
  ): RegistrationResponseJSON {
    this.#userHandle = options.user.id;
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    const key = new Map<number, number | Uint8Array<ArrayBuffer>>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(this.id.length);
    const credential = Buffer.concat([Buffer.alloc(16), length, this.id, isoCBOR.encode(key)]);
    const attestation = new Map<string, unknown>([
      ['fmt', 'none'],
      ['attStmt', new Map()],
      ['authData', new Uint8Array(this.#authData(lies, credential))],
    ]);
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(this.#clientData('webauthn.create', options.challenge, lies)),
        attestationObject: base64url(isoCBOR.encode(attestation as Parameters<typeof isoCBOR.encode>[0])),
        transports: ['internal'],
      },
    };
  }

  get(options: { challenge: string }, lies: Deviation = {}): AuthenticationResponseJSON {
    const clientData = this.#clientData('webauthn.get', options.challenge, lies);
    const authData = this.#authData(lies);
    const signature = createSign('sha256')
      .update(Buffer.concat([authData, sha256(clientData)]))
      .sign(this.#privateKey);
    return {
      id: base64url(this.id),
      rawId: base64url(this.id),
      type: 'public-key',
      clientExtensionResults: {},
      response: {
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(signature),
        userHandle: lies.userHandle ?? this.#userHandle,
      },
    };
  }
}
