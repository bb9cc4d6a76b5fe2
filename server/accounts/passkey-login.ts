/** Log-in by a passkey that its authenticator finds by itself (rules A91 to A94). */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server';
import { type Ids, type Logger, uuidBytes } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import { base64url } from './add-passkey.ts';
import { askChallenge, takeChallenge } from './challenges.ts';
import type { Client } from './device.ts';
import type { Letters } from './letters.ts';
import type { RelyingParty } from './relying-party.ts';
import type { OpenedSession, Sessions } from './sessions.ts';
import { USER_BY_ID, type UserRow } from './statements.ts';

const FIND = statement(
  'passkey_find',
  `select id, user_id as "userId", credential_id as "credentialId", public_key as "publicKey", name
     from accounts.passkeys where credential_id = $1 and frozen_at is null`,
);
// The counter rises with each use, or stays 0 where it does not count; of two answers with one count the second is a copy's.
const USED = statement(
  'passkey_used',
  `update accounts.passkeys set sign_count = $2, last_used_at = now(), backed_up = $3
    where id = $1 and frozen_at is null and (sign_count < $2 or (sign_count = 0 and $2 = 0)) returning id`,
);
const FREEZE = statement(
  'passkey_freeze',
  'update accounts.passkeys set frozen_at = now() where id = $1 and frozen_at is null returning id',
);

interface FoundPasskey {
  id: string;
  userId: string;
  credentialId: Buffer;
  publicKey: Buffer;
  name: string;
}

export interface PasskeyLoginDeps {
  db: Pool;
  ids: Ids;
  log: Logger;
  letters: Letters;
  sessions: Sessions;
}

export async function askToLogIn(
  db: Db,
  party: RelyingParty,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: await askChallenge(db, 'log_in', null),
    timeout: LIMITS.passkeyChallengeSeconds * 1_000,
    userVerification: 'required',
  });
}

async function verified(
  db: Db,
  party: RelyingParty,
  response: AuthenticationResponseJSON,
  passkey: FoundPasskey,
): Promise<VerifiedAuthenticationResponse['authenticationInfo'] | null> {
  let asked: unknown;
  try {
    const found = await verifyAuthenticationResponse({
      response,
      expectedChallenge: (challenge) =>
        takeChallenge(db, 'log_in', null, challenge).catch((err) => {
          asked = err;
          return false;
        }),
      expectedOrigin: party.origins,
      expectedRPID: party.id,
      requireUserVerification: true,
      // Counted below, where two answers at once are told apart too.
      credential: {
        id: base64url(passkey.credentialId),
        publicKey: new Uint8Array(passkey.publicKey),
        counter: 0,
      },
    });
    return found.verified ? found.authenticationInfo : null;
  } catch {
    // The answer was wrong, unless it was the ledger that could not be asked.
    if (asked) throw asked;
    return null;
  }
}

async function freeze({ db, ids, log, letters }: PasskeyLoginDeps, passkey: FoundPasskey, user: UserRow) {
  log.warn({ passkeyId: passkey.id, userId: user.id }, 'a passkey counted backwards: frozen');
  await db.transaction(async (tx) => {
    if (await tx.one(FREEZE, [passkey.id]))
      await letters.write(tx, {
        id: ids.next(),
        userId: user.id,
        kind: 'passkey_frozen',
        toAddress: user.email,
        detail: passkey.name,
      });
  });
}

/** PASSKEY_REFUSED, whatever was wrong. */
export async function logInByPasskey(
  deps: PasskeyLoginDeps,
  party: RelyingParty,
  response: AuthenticationResponseJSON,
  client: Client,
): Promise<Result<OpenedSession>> {
  const { db } = deps;
  const passkey = await db.one<FoundPasskey>(FIND, [Buffer.from(response.id, 'base64url')]);
  if (!passkey) return refuse('PASSKEY_REFUSED');
  const info = await verified(db, party, response, passkey);
  // Whose the authenticator says it is must be whose it is here.
  const { userHandle } = response.response;
  if (!info || userHandle !== base64url(uuidBytes(passkey.userId))) return refuse('PASSKEY_REFUSED');
  const user = await db.one<UserRow>(USER_BY_ID, [passkey.userId]);
  if (!user || user.disabled_at) return refuse('PASSKEY_REFUSED');
  if (!(await db.one(USED, [passkey.id, info.newCounter, info.credentialBackedUp]))) {
    await freeze(deps, passkey, user);
    return refuse('PASSKEY_REFUSED');
  }
  const { id, email, name, role, created_at: createdAt } = user;
  return ok(await deps.sessions.open({ id, email, name, role, createdAt }, client));
}
