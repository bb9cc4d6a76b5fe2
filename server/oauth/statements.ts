/** The slice's SQL, one statement each. Times are the ledger's. */
import { statement } from '../stores/index.ts';

export const KEEP = statement(
  'oauth_keep',
  `insert into oauth.artifacts (kind, id_hash, payload, grant_id, client_id, account_id, expires_at)
   values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
   on conflict (kind, id_hash) do update
     set payload = excluded.payload, expires_at = excluded.expires_at, grant_id = excluded.grant_id,
         client_id = excluded.client_id, account_id = excluded.account_id`,
);
export const FIND = statement(
  'oauth_find',
  `select a.payload, extract(epoch from a.consumed_at)::int as consumed
     from oauth.artifacts a where a.kind = $1 and a.id_hash = $2 and a.expires_at > now()`,
);
/** One row for the one who spends it. */
export const CONSUME = statement(
  'oauth_consume',
  `update oauth.artifacts set consumed_at = now()
    where kind = $1 and id_hash = $2 and consumed_at is null returning grant_id`,
);
export const GRANT_OF = statement(
  'oauth_grant_of',
  'select grant_id from oauth.artifacts where kind = $1 and id_hash = $2',
);
export const DROP = statement('oauth_drop', 'delete from oauth.artifacts where kind = $1 and id_hash = $2');
/** The grant, and all that was given out for it. */
export const DROP_GRANT = statement('oauth_drop_grant', 'delete from oauth.artifacts where grant_id = $1');
export const PURGE = statement(
  'oauth_purge',
  `delete from oauth.artifacts where (kind, id_hash) in (
     select kind, id_hash from oauth.artifacts where expires_at < now() limit $1)
   returning 1 as one`,
);

export interface ClientRow {
  id: string;
  owner_id: string;
  name: string;
  redirect_uris: string[];
  scopes: string[];
  secret_hash: Buffer | null;
  own_name: boolean;
  created_at: Date;
}
const CLIENT = 'id, owner_id, name, redirect_uris, scopes, secret_hash, own_name, created_at';

/** A program whose owner was shut out is shut out. */
export const CLIENT_BY_ID = statement(
  'oauth_client_by_id',
  `select c.id, c.owner_id, c.name, c.redirect_uris, c.scopes, c.secret_hash, c.own_name, c.created_at
     from oauth.clients c join accounts.users u on u.id = c.owner_id
    where c.id = $1 and u.disabled_at is null`,
);
export const CLIENTS_OF = statement(
  'oauth_clients_of',
  `select ${CLIENT} from oauth.clients where owner_id = $1 order by created_at, id`,
);
/** One owner's registrations one after the other, so that their number is right. */
export const LOCK_OWNER = statement(
  'oauth_lock_owner',
  'select id from accounts.users where id = $1 for no key update',
);
/** In the statement after the lock: it sees what was registered while one waited. */
export const COUNT_CLIENTS = statement(
  'oauth_count_clients',
  'select count(*)::int as clients from oauth.clients where owner_id = $1',
);
export const ADD_CLIENT = statement(
  'oauth_add_client',
  `insert into oauth.clients (id, owner_id, name, redirect_uris, scopes, secret_hash, own_name)
   values ($1, $2, $3, $4, $5, $6, $7) returning ${CLIENT}`,
);
export const REMOVE_CLIENT = statement(
  'oauth_remove_client',
  'delete from oauth.clients where id = $1 and owner_id = $2 returning id',
);

/** Programs a person allowed something, the newest grant first; its payload says what. */
export const GRANTS_OF = statement(
  'oauth_grants_of',
  `select c.id as client_id, c.name, owner.name as owner_name, a.payload, a.created_at
     from oauth.artifacts a
     join oauth.clients c on c.id = a.client_id
     join accounts.users owner on owner.id = c.owner_id
    where a.account_id = $1 and a.kind = 'Grant' and a.expires_at > now()
    order by a.created_at desc`,
);
export const REVOKE_GRANTS = statement(
  'oauth_revoke_grants',
  `delete from oauth.artifacts
    where grant_id in (select grant_id from oauth.artifacts where kind = 'Grant' and account_id = $1 and client_id = $2)
   returning kind`,
);

export interface StandingRow {
  user_id: string;
  role: 'user' | 'vendor' | 'operator';
  name: string;
}
/** In whose name a token speaks today; nothing when its grant, its program or the account is gone. */
export const STANDING_OF_GRANT = statement(
  'oauth_standing_of_grant',
  `select u.id as user_id, u.role, u.name
     from oauth.artifacts a
     join accounts.users u on u.id = a.account_id
     join oauth.clients c on c.id = a.client_id
     join accounts.users owner on owner.id = c.owner_id
    where a.kind = 'Grant' and a.grant_id = $1 and a.client_id = $2 and a.expires_at > now()
      and u.disabled_at is null and owner.disabled_at is null`,
);
export const STANDING_OF_CLIENT = statement(
  'oauth_standing_of_client',
  `select u.id as user_id, u.role, u.name
     from oauth.clients c join accounts.users u on u.id = c.owner_id
    where c.id = $1 and c.own_name and u.disabled_at is null`,
);
export const PERSON = statement(
  'oauth_person',
  `select id, name, email, email_verified_at is not null as verified from accounts.users
    where id = $1 and disabled_at is null`,
);
