/** Editing, publishing and deleting an event (rules E8 to E12). Whoever read an older version is told, not overwritten. */
import { type EventView, ok, RefusalError, type Result } from '../protocol/index.ts';
import { createDrop } from '../queue/index.ts';
import { hasPlan, movePlannedStart, removePlan } from '../seating/index.ts';
import { type Db, sqlFile, statement } from '../stores/index.ts';
import { type Account, matchesVersion } from '../transport/index.ts';
import { type CatalogDeps, insertTiers, seatTiers, viewInside } from './create.ts';
import { type DropPlan, type EventEdit, planDrop, settingsOf } from './event.ts';
import { judgePlan, judgeStart, judgeTiers, judgeZone } from './judge.ts';
import { type EventColumns, mayEdit } from './read.ts';
import { granted, refusable, stop } from './refused.ts';

const LOCK = sqlFile(import.meta.url, 'lock-event.sql');
const UPDATE = sqlFile(import.meta.url, 'update-event.sql');
const DELETE_TIERS = statement(
  'catalog_delete_tiers',
  'delete from ticketing.ticket_tiers where event_id = $1',
);

/** Whoever has tickets is told (server/notifications): from this row, so that it is neither forgotten nor told of what never was. */
const TELL_MOVED = statement(
  'catalog_tell_moved',
  `insert into ticketing.outbox (topic, payload)
   values ('event.moved', jsonb_build_object('eventId', $1::uuid, 'version', $2::bigint))`,
);

export interface EventRow extends EventColumns {
  now: Date;
}

/** Locks the event for its editor. @throws RefusalError NOT_FOUND (also when it is somebody else's), EDIT_CONFLICT */
export async function lockEvent(
  tx: Db,
  id: string,
  editor: Account,
  ifMatch: string | undefined,
): Promise<EventRow> {
  const row = await tx.one<EventRow>(LOCK, [id]);
  if (!row || !mayEdit(editor, row.vendor_id)) throw new RefusalError('NOT_FOUND');
  if (!matchesVersion(ifMatch, row.version))
    throw new RefusalError('EDIT_CONFLICT', { version: row.version });
  return row;
}

function refuseState(row: EventRow, edit: EventEdit): void {
  const no = (field: string | null, message: string) => {
    throw new RefusalError('INVALID_STATE', { status: row.status, ...(field ? { field } : {}) }, message);
  };
  if (row.status === 'canceled' || row.status === 'ended')
    no(null, 'This event is over: it can no longer be edited.');
  if (row.status !== 'published') return;
  if (edit.status === 'draft') no('status', 'A published event cannot become a draft again.');
  if (edit.tiers) no('tiers', 'Tiers are fixed once the event is published.');
  if (edit.seating !== undefined)
    no('seating', 'The seats of a published event are changed with PUT /events/{id}/seating.');
  if (edit.drop !== undefined) no('drop', 'The sale of a published event is changed with PATCH /drops/{id}.');
}

/** New tiers need their seats said anew, since those they had are gone with the old ones (E19). */
async function refuseSeatless(tx: Db, id: string, edit: EventEdit): Promise<void> {
  const wrong = (message: string) => {
    throw new RefusalError('INVALID_REQUEST', { field: 'seating' }, message);
  };
  if (edit.seating === null && !edit.tiers)
    wrong('Seats are taken away together with their tiers: send `tiers` too.');
  if (edit.tiers && edit.seating === undefined && (await hasPlan(tx, id)))
    wrong('These tiers had seats: say which seats the new ones have, or null for none.');
}

/** The tiers and seats of a draft, as far as the edit names them; resolves with the event's currency. */
async function replaceTiers(
  deps: CatalogDeps,
  tx: Db,
  id: string,
  row: EventRow,
  edit: EventEdit,
  startsAt: Date,
  editor: Account,
): Promise<string> {
  await refuseSeatless(tx, id, edit);
  const { tiers, seating } = edit;
  const target = { eventId: id, vendorId: row.vendor_id, startsAt, now: row.now, actorId: editor.id };
  if (!tiers) {
    if (seating) await seatTiers(tx, target, seating);
    return row.currency;
  }
  const judged = granted(judgeTiers(tiers));
  await removePlan(tx, id);
  await tx.all(DELETE_TIERS, [id]);
  const unsaid = await insertTiers(tx, deps.ids, id, tiers);
  await seatTiers(tx, { ...target, unsaid }, seating);
  return judged;
}

/** What follows from leaving something out: it stays. Null clears it. */
const kept = (edit: string | null | undefined, old: string | null): string | null =>
  edit === undefined ? old : (edit?.trim() ?? null);

async function apply(
  deps: CatalogDeps,
  tx: Db,
  id: string,
  row: EventRow,
  edit: EventEdit,
  editor: Account,
): Promise<void> {
  refuseState(row, edit);
  const startsAt = edit.startsAt === undefined ? row.start_at : granted(judgeStart(edit.startsAt, row.now));
  const status = edit.status ?? row.status;
  const { venue } = edit;
  const zone = venue?.timeZone === undefined ? row.time_zone : granted(judgeZone(venue.timeZone));
  await movePlannedStart(tx, id, row.start_at, startsAt);
  const currency = await replaceTiers(deps, tx, id, row, edit, startsAt, editor);
  let plan: DropPlan | null = null;
  if (row.status === 'draft') {
    const dropId = row.draft_drop?.dropId ?? deps.ids.next();
    plan = edit.drop === undefined && row.draft_drop ? row.draft_drop : planDrop(dropId, edit.drop);
    const misplanned = judgePlan(plan, id, startsAt, row.now);
    if (misplanned) stop(misplanned.error);
  }
  await tx.all(UPDATE, [
    id,
    kept(edit.title, row.title),
    kept(edit.type, row.type),
    kept(edit.artist, row.artist),
    edit.description === undefined ? row.description : edit.description,
    kept(venue?.name, row.venue_name),
    venue ? (venue.city?.trim() ?? null) : row.venue_city,
    zone,
    startsAt,
    status,
    currency,
    status === 'draft' ? plan : null,
  ]);
  const moved =
    startsAt.getTime() !== row.start_at.getTime() || kept(venue?.name, row.venue_name) !== row.venue_name;
  if (row.status === 'published' && moved) await tx.all(TELL_MOVED, [id, row.version + 1]);
  if (plan && status === 'published') granted(await createDrop(deps, tx, settingsOf(plan, id, row.now)));
}

/** Refuses NOT_FOUND, EDIT_CONFLICT, INVALID_REQUEST, INVALID_STATE. */
export const editEvent = (
  deps: CatalogDeps,
  editor: Account,
  id: string,
  edit: EventEdit,
  ifMatch?: string,
): Promise<Result<EventView>> =>
  refusable(() =>
    deps.ledger.payments.transaction(async (tx) => {
      await apply(deps, tx, id, await lockEvent(tx, id, editor, ifMatch), edit, editor);
      return ok(await viewInside(tx, id));
    }),
  );
