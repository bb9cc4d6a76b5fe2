/** Lists of pictures: of an event's page, and of one account (rules I14, I15). */
import { LIMITS } from '../limits.ts';
import { ok, type PictureView, type Result, refuse } from '../protocol/index.ts';
import { sqlFile, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import {
  COLUMNS,
  type Page,
  type PageAsked,
  type PictureDeps,
  type PictureRow,
  pageOf,
  viewOf,
} from './rows.ts';

type Reading = Pick<PictureDeps, 'ledger'>;

/** Published once: what its page shows (the catalogue's rule E6). */
const PUBLIC_EVENT = statement(
  'pictures_public_event',
  `select e.id from events.events e where e.id = $1 and (e.status in ('published', 'ended')
     or (e.status = 'canceled' and exists (select from ticketing.drops d where d.event_id = e.id)))`,
);
const OF_EVENT = sqlFile(import.meta.url, 'of-event.sql');
const OF_ACCOUNT = statement(
  'pictures_of_account',
  `select ${COLUMNS} from pictures.images i join events.events e on e.id = i.event_id
    where i.user_id = $1 and i.kind = 'night' and (i.status = 'shown' or (i.status = 'hidden' and $2))
      and ($3::uuid is null or i.id < $3) order by i.id desc limit $4`,
);

/** Refuses NOT_FOUND for an event that is not public. */
export async function listOfEvent(
  { ledger }: Reading,
  eventId: string,
  { limit, after }: PageAsked,
): Promise<Result<Page<PictureView>>> {
  const event = await ledger.reads.one<{ id: string }>(PUBLIC_EVENT, [eventId]);
  if (!event) return refuse('NOT_FOUND');
  const rows = await ledger.reads.all<PictureRow>(OF_EVENT, [
    event.id,
    LIMITS.nightSeconds,
    after,
    limit + 1,
  ]);
  return ok(pageOf(rows, limit, viewOf));
}

/** Whether there is such an account is not told: nobody's list is empty. */
export async function listOfAccount(
  { ledger }: Reading,
  userId: string,
  viewer: Account | null,
  { limit, after }: PageAsked,
): Promise<Page<PictureView>> {
  const owner = userId.toLowerCase();
  const own = viewer !== null && (viewer.id === owner || viewer.role === 'operator');
  const rows = await ledger.reads.all<PictureRow>(OF_ACCOUNT, [owner, own, after, limit + 1]);
  return pageOf(rows, limit, (row) => ({
    ...viewOf(row),
    ...(own ? { hidden: row.status === 'hidden' } : {}),
  }));
}
