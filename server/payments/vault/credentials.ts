/** A way to pay's own credentials, as rows that only the vault can read (rules P30, P31, P35). */
import { type Db, type Pool, statement } from '../../stores/index.ts';
import { type Place, type Vault, VaultError } from './vault.ts';

export interface Credentials {
  secretKey: string;
  webhookSecret: string;
}

const TABLE = 'payments.method_credentials';
const FIELDS = { secret_key: 'secretKey', webhook_secret: 'webhookSecret' } as const;
type Field = keyof typeof FIELDS;

interface Row {
  method_id: string;
  field: Field;
  key_id: string;
  sealed: Buffer;
}

const placeOf = ({ method_id, field }: Pick<Row, 'method_id' | 'field'>): Place => ({
  table: TABLE,
  row: method_id,
  field,
});

const put = statement(
  'credentials_put',
  `insert into payments.method_credentials (method_id, field, key_id, sealed) values ($1, $2, $3, $4)
   on conflict (method_id, field) do update set key_id = excluded.key_id, sealed = excluded.sealed, updated_at = now()`,
);
const read = statement(
  'credentials_read',
  'select method_id, field, key_id, sealed from payments.method_credentials where method_id = $1',
);
const olderThan = statement(
  'credentials_under_other_keys',
  `select method_id, field, key_id, sealed from payments.method_credentials
    where key_id <> $1 and (method_id, field) > ($2::uuid, $3) order by method_id, field limit $4`,
);
/** Only what was read: somebody may have written new credentials meanwhile, under the first key. */
const reseal = statement(
  'credentials_reseal',
  `update payments.method_credentials set key_id = $3, sealed = $4
    where method_id = $1 and field = $2 and key_id = $5 and sealed = $6 returning 1`,
);
const count = statement(
  'credentials_by_key',
  'select key_id as "keyId", count(*)::int as secrets from payments.method_credentials group by 1 order by 1',
);

export async function putCredentials(tx: Db, vault: Vault, methodId: string, given: Credentials) {
  for (const [field, name] of Object.entries(FIELDS) as [Field, keyof Credentials][]) {
    const { keyId, sealed } = vault.seal(placeOf({ method_id: methodId, field }), given[name]);
    await tx.all(put, [methodId, field, keyId, sealed]);
  }
}

/** Null: it has none of its own. @throws VaultError */
export async function readCredentials(db: Db, vault: Vault, methodId: string): Promise<Credentials | null> {
  const rows = await db.all<Row>(read, [methodId]);
  if (rows.length === 0) return null;
  const opened = new Map(
    rows.map((row) => [row.field, vault.open(placeOf(row), { keyId: row.key_id, sealed: row.sealed })]),
  );
  const [secretKey, webhookSecret] = [opened.get('secret_key'), opened.get('webhook_secret')];
  if (secretKey === undefined || webhookSecret === undefined)
    throw new VaultError(`a credential of ${methodId} is missing`);
  return { secretKey, webhookSecret };
}

export interface Rotation {
  /** Sealed anew under the first key; of a dry run: what would be. */
  resealed: number;
  /** Written anew by somebody else meanwhile. */
  overtaken: number;
  /** What does not open, in words; it stays as it is. */
  unreadable: string[];
}

const BATCH = 100;
const NIL = '00000000-0000-0000-0000-000000000000';

/**
 * Seals everything anew under the vault's first key. Each secret is a statement of its own, so that it may be
 * interrupted anywhere, repeated, and run beside servers that read and write the same rows.
 */
export async function rotateCredentials(
  db: Pool,
  vault: Vault,
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<Rotation> {
  const done: Rotation = { resealed: 0, overtaken: 0, unreadable: [] };
  let [afterId, afterField] = [NIL, ''];
  for (;;) {
    const rows = await db.all<Row>(olderThan, [vault.firstKeyId, afterId, afterField, BATCH]);
    for (const row of rows) {
      [afterId, afterField] = [row.method_id, row.field];
      let secret: string;
      try {
        secret = vault.open(placeOf(row), { keyId: row.key_id, sealed: row.sealed });
      } catch (err) {
        // One secret that does not open keeps no other from being rotated; the caller is told of it.
        if (!(err instanceof VaultError)) throw err;
        done.unreadable.push(err.message);
        continue;
      }
      const { keyId, sealed } = vault.seal(placeOf(row), secret);
      const values = [row.method_id, row.field, keyId, sealed, row.key_id, row.sealed];
      if (dryRun || (await db.one(reseal, values))) done.resealed++;
      else done.overtaken++;
    }
    if (rows.length < BATCH) return done;
  }
}

/** How many secrets stand under which key. */
export const countByKey = (db: Db): Promise<{ keyId: string; secrets: number }[]> => db.all(count);
