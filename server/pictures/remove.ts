/** A picture is taken down for good: by its owner, or by an operator, whose word is logged (rule I2). */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { clear } from './clear.ts';
import type { PictureDeps } from './rows.ts';

const REMOVE = statement(
  'pictures_remove',
  `with gone as (
     update pictures.images set status = 'removed', slot = null, status_at = now()
      where id = $1 and user_id = $2 and kind = 'night' and status in ('shown', 'hidden') returning id)
   , logged as (
     insert into pictures.decisions (id, image_id, actor_id, action) select $4, id, $3, 'remove' from gone where $2 <> $3)
   select id from gone`,
);

/** Refuses NOT_FOUND: also for another's. */
export async function remove(
  deps: PictureDeps,
  account: Account,
  userId: string,
  imageId: string,
): Promise<Result<null>> {
  const owner = userId.toLowerCase();
  if (owner !== account.id && account.role !== 'operator') return refuse('NOT_FOUND');
  const gone = await deps.ledger.reads.one<{ id: string }>(REMOVE, [
    imageId,
    owner,
    account.id,
    deps.ids.next(),
  ]);
  if (!gone) return refuse('NOT_FOUND');
  await clear(deps, gone.id);
  return ok(null);
}
