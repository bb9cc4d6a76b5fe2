/** Webhooks as operators see them: what came, what became of it, and once more what was given up (rule P47). */
import { ok, type Result, refuse, type WebhookView } from '../../protocol/index.ts';
import { type Db, statement } from '../../stores/index.ts';

interface Row {
  id: string;
  provider: string;
  event_id: string;
  type: string;
  object_id: string | null;
  status: WebhookView['status'];
  attempts: number;
  error: string | null;
  received_at: Date;
  processed_at: Date | null;
}

const COLUMNS = 'id, provider, event_id, type, object_id, status, attempts, error, received_at, processed_at';
const LIST = statement(
  'webhooks_list',
  `select ${COLUMNS} from payments.webhook_events
    where ($1::text is null or status = $1) and ($2::uuid is null or id < $2) order by id desc limit $3`,
);
const READ = statement('webhook_view', `select ${COLUMNS} from payments.webhook_events where id = $1`);
const RETRY = statement(
  'webhook_retry',
  `with again as (
     update payments.webhook_events set status = 'received', attempts = 0, error = null, processed_at = null
      where id = $1 and status in ('dead', 'ignored') returning id
   )
   insert into ticketing.outbox (topic, payload)
   select 'webhook.received', jsonb_build_object('webhookId', id) from again returning 1 as one`,
);

const viewOf = (row: Row): WebhookView => ({
  id: row.id,
  provider: row.provider,
  eventId: row.event_id,
  type: row.type,
  objectId: row.object_id,
  status: row.status,
  attempts: row.attempts,
  error: row.error,
  receivedAt: row.received_at.toISOString(),
  processedAt: row.processed_at?.toISOString() ?? null,
});

export interface Operate {
  list(
    status: string | undefined,
    cursor: string | undefined,
    limit: number,
  ): Promise<{ items: WebhookView[]; nextCursor: string | null }>;
  /** Processes a given-up or ignored one anew. Refuses NOT_FOUND, INVALID_STATE. */
  retry(id: string): Promise<Result<WebhookView>>;
}

export const createOperate = (db: Db): Operate => ({
  async list(status, cursor, limit) {
    const rows = await db.all<Row>(LIST, [status ?? null, cursor ?? null, limit + 1]);
    const items = rows.slice(0, limit).map(viewOf);
    return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  },
  async retry(id) {
    const begun = await db.one(RETRY, [id]);
    const row = await db.one<Row>(READ, [id]);
    if (!row) return refuse('NOT_FOUND');
    return begun ? ok(viewOf(row)) : refuse('INVALID_STATE', { status: row.status });
  },
});
