/** Questions to authenticators: kept in the ledger, so that any process may take the answer, and good once (rule A91). */
import { createHash, randomBytes } from 'node:crypto';
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';

const ASK = statement(
  'passkey_ask',
  `insert into accounts.passkey_challenges (challenge_hash, purpose, user_id, expires_at)
   values ($1, $2, $3, now() + make_interval(secs => $4))`,
);
const TAKE = statement(
  'passkey_take',
  `delete from accounts.passkey_challenges
    where challenge_hash = $1 and purpose = $2 and user_id is not distinct from $3::uuid
   returning expires_at > now() as fresh`,
);

export type ChallengePurpose = 'add' | 'log_in';

/** The library takes and gives challenges as base64url. */
const hashOf = (challenge: string) => createHash('sha256').update(challenge).digest();

/** @param userId whose answer is wanted; null: whoever logs in */
export async function askChallenge(
  db: Db,
  purpose: ChallengePurpose,
  userId: string | null,
): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = new Uint8Array(randomBytes(32));
  const spelled = Buffer.from(challenge).toString('base64url');
  await db.all(ASK, [hashOf(spelled), purpose, userId, LIMITS.passkeyChallengeSeconds]);
  return challenge;
}

/** True for the first who comes with it in time; whatever becomes of the answer, it is gone. */
export async function takeChallenge(
  db: Db,
  purpose: ChallengePurpose,
  userId: string | null,
  challenge: string,
): Promise<boolean> {
  const row = await db.one<{ fresh: boolean }>(TAKE, [hashOf(challenge), purpose, userId]);
  return row?.fresh ?? false;
}
