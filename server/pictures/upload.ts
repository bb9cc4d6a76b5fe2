/** A fan adds a picture of a night they were at (rules I1, I3). */
import { isUuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type PictureView, type Result, refuse } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import { decode } from './decode.ts';
import { keep, show } from './keep.ts';
import { COLUMNS, type PictureDeps, type PictureRow, viewOf } from './rows.ts';

/** `$3`: how long a night is taken to last, seconds. A canceled one nobody was at. */
const STANDING = statement(
  'pictures_standing',
  `select e.status <> 'canceled' and exists (
       select from ticketing.tickets t where t.event_id = e.id and t.owner_user_id = $2
          and (t.status = 'redeemed'
            or (t.status in ('issued', 'transferred') and e.start_at + make_interval(secs => $3) <= now()))) as attended,
     (select count(*)::int from pictures.images i where i.user_id = $2 and i.event_id = e.id and i.slot is not null) as kept
   from events.events e where e.id = $1 and e.status <> 'draft'`,
);
/** The first free of the fan's slots. Two at once may reach for the same one: then one of them inserts nothing. */
const BEGIN = statement(
  'pictures_begin_night',
  `insert into pictures.images (id, kind, user_id, event_id, slot, caption, width, height)
   select $1, 'night', $2, $3, s.slot, $4, $5, $6 from generate_series(1, $7::int) as s (slot)
    where not exists (select from pictures.images i where i.user_id = $2 and i.event_id = $3 and i.slot = s.slot)
    order by s.slot limit 1
   on conflict (user_id, event_id, slot) where slot is not null do nothing returning id`,
);
const READ = statement(
  'pictures_read_own',
  `select ${COLUMNS} from pictures.images i join events.events e on e.id = i.event_id where i.id = $1`,
);

export interface UploadFields {
  eventId?: string;
  caption?: string;
}

interface Asked {
  eventId: string;
  caption: string | null;
}

const full = () => refuse('PICTURE_LIMIT', { max: LIMITS.picturesPerFanAndEvent });

export function readFields(fields: UploadFields): Result<Asked> {
  const { eventId } = fields;
  if (!isUuid(eventId))
    return refuse('INVALID_REQUEST', { field: 'eventId', problem: 'must be the id of an event' });
  const caption = fields.caption?.replace(/\s+/g, ' ').trim() || null;
  if (caption && [...caption].length > LIMITS.pictureCaptionMax)
    return refuse('INVALID_REQUEST', { field: 'caption', problem: 'is too long' });
  return ok({ eventId: eventId.toLowerCase(), caption });
}

/** Refuses NOT_FOUND, NOT_ATTENDED, PICTURE_LIMIT. */
export async function mayUpload(
  deps: PictureDeps,
  userId: string,
  eventId: string,
): Promise<Result<unknown>> {
  const standing = await deps.ledger.reads.one<{ attended: boolean; kept: number }>(STANDING, [
    eventId,
    userId,
    LIMITS.nightSeconds,
  ]);
  if (!standing) return refuse('NOT_FOUND');
  if (!standing.attended) return refuse('NOT_ATTENDED');
  return standing.kept >= LIMITS.picturesPerFanAndEvent ? full() : ok(null);
}

/** Each try that inserts nothing means that another upload took a slot: there are only so many. */
async function begin(deps: PictureDeps, values: readonly unknown[]): Promise<Result<unknown>> {
  for (let tries = 0; tries <= LIMITS.picturesPerFanAndEvent; tries++)
    if (await deps.ledger.reads.one(BEGIN, [...values, LIMITS.picturesPerFanAndEvent])) return ok(null);
  return full();
}

/** Decodes, keeps and shows. Refuses as `mayUpload`, and as decoding and keeping do. */
export async function upload(
  deps: PictureDeps,
  userId: string,
  fields: UploadFields,
  image: Buffer,
): Promise<Result<PictureView>> {
  const asked = readFields(fields);
  if (!asked.ok) return asked;
  const { eventId, caption } = asked.value;
  const may = await mayUpload(deps, userId, eventId);
  if (!may.ok) return may;
  const decoded = await deps.desk.inTurn(() => decode(image));
  if (!decoded.ok) return decoded;
  const { width, height } = decoded.value;
  const kept = await keep(deps, decoded.value, {
    begin: (id) => begin(deps, [id, userId, eventId, caption, width, height]),
    finish: (id) => show(deps, id),
  });
  if (!kept.ok) return kept;
  const row = await deps.ledger.reads.one<PictureRow>(READ, [kept.value]);
  return row ? ok(viewOf(row)) : refuse('NOT_FOUND');
}
