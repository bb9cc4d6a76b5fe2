/**
 * What a provider tells us: checked, stored, answered (rules P40–P42). Nothing is done about it here: a job is queued in the
 * same statement that stores it, so that neither can be without the other, and an answer means that both are written.
 */
import type { Clock, Ids } from '../../kernel/index.ts';
import { ok, type Result, refuse } from '../../protocol/index.ts';
import { type Db, statement } from '../../stores/index.ts';
import { readCredentials, type Vault } from '../vault/index.ts';
import { isSigned, readEvent } from './signature.ts';

/** The installation's own Stripe account. */
export interface InstalledAccount {
  /** Several while they rotate. */
  webhookSecrets: readonly string[];
  /** Null: not known. */
  livemode: boolean | null;
}

export interface ReceiveDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  vault: Vault;
  installed: InstalledAccount;
}

export interface Received {
  received: true;
  duplicate: boolean;
}

const METHOD_EXISTS = statement(
  'webhook_method',
  'select 1 from payments.methods where id = $1 and publishable_key is not null',
);
const STORE = statement(
  'webhook_store',
  `with kept as (
     insert into payments.webhook_events (id, provider, method_id, event_id, type, object_id, event_at, body)
     values ($1, 'stripe', $2, $3, $4, $5, to_timestamp($6::double precision), $7)
     on conflict on constraint webhook_once do nothing returning id
   )
   insert into ticketing.outbox (topic, payload)
   select 'webhook.received', jsonb_build_object('webhookId', id) from kept returning 1 as one`,
);

/** Refuses NOT_FOUND (nobody's endpoint), NOT_AVAILABLE (no secret to check with), SIGNATURE_INVALID, INVALID_REQUEST. */
export async function receive(
  { db, clock, ids, vault, installed }: ReceiveDeps,
  methodId: string | null,
  body: Buffer,
  signature: string | undefined,
): Promise<Result<Received>> {
  if (methodId !== null && !(await db.one(METHOD_EXISTS, [methodId]))) return refuse('NOT_FOUND');
  const own = methodId === null ? null : await readCredentials(db, vault, methodId);
  const secrets = methodId === null ? installed.webhookSecrets : own ? [own.webhookSecret] : [];
  if (secrets.length === 0)
    return refuse(
      'NOT_AVAILABLE',
      undefined,
      'Webhooks are not set up here: STRIPE_WEBHOOK_SECRET is missing.',
    );
  if (!isSigned(body, signature, secrets, clock.now())) return refuse('SIGNATURE_INVALID');
  const text = body.toString('utf8');
  const event = readEvent(text);
  if (!event) return refuse('INVALID_REQUEST', { field: 'body' }, 'This is not an event of Stripe’s.');
  const stored = await db.one(STORE, [
    ids.next(),
    methodId,
    event.id,
    event.type,
    event.object.id,
    event.created,
    text,
  ]);
  return ok({ received: true, duplicate: stored === undefined });
}
