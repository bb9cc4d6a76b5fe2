/** Who somebody is elsewhere: the statements. */
import { statement } from '../stores/index.ts';

export const IDENTITY = statement(
  'oauth_identity',
  'select user_id from oauth.identities where issuer = $1 and subject = $2',
);
export const IS_TIED = statement(
  'oauth_is_tied',
  'select 1 as one from oauth.identities where issuer = $1 and user_id = $2',
);
/** No row: that identity is another account's, or the account has another one there. */
export const TIE = statement(
  'oauth_tie',
  `insert into oauth.identities (issuer, subject, user_id, email) values ($1, $2, $3, $4)
   on conflict do nothing returning user_id`,
);
export const UNTIE = statement(
  'oauth_untie',
  'delete from oauth.identities where issuer = $1 and user_id = $2 returning user_id',
);
/** One row for the first who comes back with it. */
export const SPEND_STATE = statement(
  'oauth_spend_state',
  `insert into oauth.artifacts (kind, id_hash, payload, expires_at)
   values ('OutsideState', $1, '{}', now() + make_interval(secs => $2))
   on conflict do nothing returning 1 as one`,
);
