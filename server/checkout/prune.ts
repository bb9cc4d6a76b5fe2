/** Idempotency keys are forgotten in time: clients repeat within minutes, providers within a day (rule O21). */
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';

const forget = statement(
  'idempotency_forget',
  `with old as (
     select user_id, key from ticketing.idempotency_keys
      where created_at < now() - make_interval(hours => $1) order by created_at limit $2
   ), gone as (
     delete from ticketing.idempotency_keys k using old where k.user_id = old.user_id and k.key = old.key returning 1
   ) select count(*)::int as count from gone`,
);

const BATCH = 1_000;

/** How many were forgotten; as many as a batch: there may be more. */
export async function forgetOldKeys(db: Db): Promise<number> {
  return (await db.one<{ count: number }>(forget, [LIMITS.idempotencyKeyHours, BATCH]))!.count;
}
