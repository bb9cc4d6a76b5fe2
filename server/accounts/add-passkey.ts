/** A new passkey: the question to an authenticator, and its answer (rules A64, A90 to A92, A95). */
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { type Ids, uuidBytes } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type PasskeyView, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Pool, sqlState, statement } from '../stores/index.ts';
import { askChallenge, takeChallenge } from './challenges.ts';
import type { Letters } from './letters.ts';
import { type PasskeyRow, passkeyView } from './passkeys.ts';
import { type Owner, type ProveDeps, proveOwner } from './prove.ts';
import { normaliseName } from './register.ts';
import type { RelyingParty } from './relying-party.ts';
import { LOCK_USER, USER_BY_ID, type UserRow } from './statements.ts';

const VERIFIED = statement(
  'passkey_owner_verified',
  'select email_verified_at is not null as verified from accounts.users where id = $1',
);
const KNOWN = statement(
  'passkeys_known',
  'select credential_id as "credentialId", transports from accounts.passkeys where user_id = $1',
);
const COUNT = statement(
  'passkeys_count',
  'select count(*)::int as n from accounts.passkeys where user_id = $1',
);
const INSERT = statement(
  'passkey_insert',
  `insert into accounts.passkeys (id, user_id, credential_id, public_key, sign_count, transports, backed_up, name)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   returning id, name, created_at as "createdAt", last_used_at as "lastUsedAt", backed_up as "backedUp", false as frozen`,
);

const UNIQUE_VIOLATION = '23505';
/** EdDSA, ES256, RS256: what every authenticator knows one of. */
export const ALGORITHMS = [-8, -7, -257];

export interface AddDeps extends ProveDeps {
  db: Pool;
  ids: Ids;
  letters: Letters;
}

export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/**
 * The question. EMAIL_NOT_VERIFIED: whoever registered with somebody else's address must not keep a way in after its owner
 * has taken the account over by mail. LOGIN_NOT_RECENT, LIMIT_EXCEEDED.
 */
export async function askToAdd(
  deps: AddDeps,
  owner: Owner,
  party: RelyingParty,
  currentPassword: string | undefined,
): Promise<Result<PublicKeyCredentialCreationOptionsJSON>> {
  const { db } = deps;
  const user = await db.one<UserRow>(USER_BY_ID, [owner.userId]);
  if (!user) return refuse('NOT_FOUND');
  const { verified } = (await db.one<{ verified: boolean }>(VERIFIED, [user.id])) ?? { verified: false };
  if (!verified) return refuse('EMAIL_NOT_VERIFIED');
  const proven = await proveOwner(deps, owner, user, currentPassword);
  if (!proven.ok) return proven;
  const known = await db.all<{ credentialId: Buffer; transports: string[] }>(KNOWN, [user.id]);
  if (known.length >= LIMITS.passkeysPerAccount) return tooMany();
  const options = await generateRegistrationOptions({
    rpName: 'Holdfast',
    rpID: party.id,
    userName: user.email,
    userDisplayName: user.name,
    userID: new Uint8Array(uuidBytes(user.id)),
    challenge: await askChallenge(db, 'add', user.id),
    timeout: LIMITS.passkeyChallengeSeconds * 1_000,
    attestationType: 'none',
    excludeCredentials: known.map(({ credentialId, transports }) => ({
      id: base64url(credentialId),
      transports,
    })),
    // Found by the authenticator itself, and opened by a finger, a face or a PIN: nobody types an address.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: ALGORITHMS,
  });
  return ok(options);
}

const tooMany = () =>
  refuse(
    'LIMIT_EXCEEDED',
    undefined,
    `An account may have ${LIMITS.passkeysPerAccount} passkeys. Remove one first.`,
  );

/** What the library throws is what it found wrong with the answer; none of that is the caller's to know. */
async function verified(
  db: Db,
  userId: string,
  party: RelyingParty,
  response: RegistrationResponseJSON,
): Promise<VerifiedRegistrationResponse['registrationInfo'] | null> {
  let asked: unknown;
  try {
    const found = await verifyRegistrationResponse({
      response,
      expectedChallenge: (challenge) =>
        takeChallenge(db, 'add', userId, challenge).catch((err) => {
          asked = err;
          return false;
        }),
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    return found.registrationInfo ?? null;
  } catch {
    // The answer was wrong, unless it was the ledger that could not be asked.
    if (asked) throw asked;
    return null;
  }
}

/** The answer, once. PASSKEY_REFUSED, EMAIL_NOT_VERIFIED, LIMIT_EXCEEDED. */
export async function addPasskey(
  deps: AddDeps,
  userId: string,
  party: RelyingParty,
  given: { response: RegistrationResponseJSON; name: string },
): Promise<Result<PasskeyView>> {
  const info = await verified(deps.db, userId, party, given.response);
  if (!info) return refuse('PASSKEY_REFUSED');
  const { credential } = info;
  const name = normaliseName(given.name) || 'Passkey';
  const values = [
    deps.ids.next(),
    userId,
    Buffer.from(credential.id, 'base64url'),
    Buffer.from(credential.publicKey),
    credential.counter,
    credential.transports ?? [],
    info.credentialBackedUp,
    name,
  ];
  try {
    return await deps.db.transaction(async (tx) => {
      const user = await tx.one<{ email: string; verified: boolean }>(LOCK_USER, [userId]);
      if (!user?.verified) return refuse('EMAIL_NOT_VERIFIED');
      const { n } = (await tx.one<{ n: number }>(COUNT, [userId])) ?? { n: 0 };
      if (n >= LIMITS.passkeysPerAccount) return tooMany();
      const row = (await tx.one<PasskeyRow>(INSERT, values)) as PasskeyRow;
      await deps.letters.write(tx, {
        id: deps.ids.next(),
        userId,
        kind: 'passkey_added',
        toAddress: user.email,
        detail: name,
      });
      return ok(passkeyView(row));
    });
  } catch (err) {
    // Somebody has this very credential: authenticators make a new one each time, so that this one was copied or sent twice.
    if (sqlState(err) === UNIQUE_VIOLATION) return refuse('PASSKEY_REFUSED');
    throw err;
  }
}
