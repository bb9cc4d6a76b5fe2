/** Somebody thinks that a picture should not be here (rule I16). */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { PictureDeps } from './rows.ts';

/** The picture's row is held, so that it cannot go while its report comes. */
const REPORT = statement(
  'pictures_report',
  `with found as (select id from pictures.images where id = $1 and status = 'shown' for key share)
   , made as (
     insert into pictures.reports (image_id, user_id, reason) select id, $2, $3 from found on conflict do nothing)
   select id from found`,
);

/** Refuses NOT_FOUND. */
export async function report(
  { ledger }: Pick<PictureDeps, 'ledger'>,
  userId: string,
  imageId: string,
  reason: string,
): Promise<Result<{ reported: true }>> {
  return (await ledger.reads.one(REPORT, [imageId, userId, reason]))
    ? ok({ reported: true })
    : refuse('NOT_FOUND');
}
