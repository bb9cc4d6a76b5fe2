/** What is no longer asked for is deleted, in pieces small enough that nobody waits behind them (rule W9). */
import { LIMITS } from '../limits.ts';
import { type Db, type Statement, statement } from '../stores/index.ts';

/** `$1` seconds to keep, `$2` rows at most. `what`: of rows that stay, what is emptied instead. */
const purge = (name: string, table: string, where: string, what?: string): Statement =>
  statement(
    name,
    `${what === undefined ? `delete from ${table}` : `update ${table} set ${what} = null`}
      where ctid = any (array(select ctid from ${table} where ${where} limit $2))`,
  );

const PARTS: { name: string; statement: Statement; keepSeconds: number }[] = [
  {
    name: 'hold_batches',
    statement: purge(
      'purge_hold_batches',
      'ticketing.hold_batches',
      'created_at < now() - make_interval(secs => $1)',
    ),
    keepSeconds: LIMITS.keepBatchesSeconds,
  },
  {
    name: 'idempotency_keys',
    statement: purge(
      'purge_idempotency_keys',
      'ticketing.idempotency_keys',
      'created_at < now() - make_interval(secs => $1)',
    ),
    keepSeconds: LIMITS.keepIdempotencySeconds,
  },
  {
    name: 'presale_grants',
    statement: purge(
      'purge_presale_grants',
      'ticketing.presale_grants',
      'created_at < now() - make_interval(secs => $1)',
    ),
    keepSeconds: LIMITS.keepPresaleGrantsSeconds,
  },
  {
    name: 'refresh_tokens',
    statement: purge(
      'purge_refresh_tokens',
      'accounts.refresh_tokens',
      'expires_at < now() - make_interval(secs => $1)',
    ),
    keepSeconds: LIMITS.keepSessionsSeconds,
  },
  {
    name: 'sessions',
    statement: purge('purge_sessions', 'accounts.sessions', 'expires_at < now() - make_interval(secs => $1)'),
    keepSeconds: LIMITS.keepSessionsSeconds,
  },
  {
    name: 'passkey_challenges',
    statement: purge(
      'purge_passkey_challenges',
      'accounts.passkey_challenges',
      'expires_at < now() - make_interval(secs => $1)',
    ),
    keepSeconds: 0,
  },
  {
    name: 'letters',
    statement: purge('purge_letters', 'accounts.letters', 'created_at < now() - make_interval(secs => $1)'),
    keepSeconds: LIMITS.keepLettersSeconds,
  },
  {
    // Those given up, and those that still wait, stay until somebody has looked.
    name: 'webhook_events',
    statement: purge(
      'purge_webhook_events',
      'payments.webhook_events',
      `status in ('processed', 'ignored') and processed_at < now() - make_interval(secs => $1)`,
    ),
    keepSeconds: LIMITS.keepWebhooksSeconds,
  },
  {
    // What became of a mail stays known, and that there is one about its occasion; shown again, it is made anew.
    name: 'mail_messages',
    statement: purge(
      'purge_mail_messages',
      'delivery.mails',
      'raw is not null and sent_at < now() - make_interval(secs => $1)',
      'raw',
    ),
    keepSeconds: LIMITS.keepMailMessagesSeconds,
  },
  {
    // With their credentials; one that a payment refers to stays for it.
    name: 'payment_methods',
    statement: purge(
      'purge_payment_methods',
      'payments.methods',
      `removed_at < now() - make_interval(secs => $1) and not exists (select from ticketing.payments p where p.method_id = methods.id)`,
    ),
    keepSeconds: LIMITS.keepRemovedMethodsSeconds,
  },
];

const COUNTED = new Map(
  PARTS.map((part) => [
    part.name,
    statement(
      `${part.name}_purged`,
      `with gone as (${part.statement.text} returning 1) select count(*)::int as n from gone`,
    ),
  ]),
);

/** One piece of each; returns how many rows went, by table, and whether there is more. */
export async function purgeOld(db: Db): Promise<{ deleted: Record<string, number>; more: boolean }> {
  const deleted: Record<string, number> = {};
  let more = false;
  for (const part of PARTS) {
    const row = await db.one<{ n: number }>(COUNTED.get(part.name)!, [
      part.keepSeconds,
      LIMITS.purgeBatchMax,
    ]);
    deleted[part.name] = row?.n ?? 0;
    more ||= deleted[part.name] === LIMITS.purgeBatchMax;
  }
  return { deleted, more };
}
