/** The picture of an event, put there by its vendor (rule I4). */
import type { Uuid } from '../kernel/index.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { sqlState, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { clear } from './clear.ts';
import { decode } from './decode.ts';
import { keep } from './keep.ts';
import { type PictureDeps, urlOf } from './rows.ts';

const OWNED = statement(
  'pictures_owned_event',
  'select id from events.events where id = $1 and (vendor_id = $2 or $3)',
);
const BEGIN = statement(
  'pictures_begin_cover',
  `insert into pictures.images (id, kind, user_id, event_id, width, height) values ($1, 'cover', $2, $3, $4, $5)`,
);
const TAKE_AWAY = statement(
  'pictures_take_cover_away',
  `update pictures.images set status = 'removed', status_at = now()
    where event_id = $1 and kind = 'cover' and status in ('shown', 'hidden') returning id`,
);
const SHOW = statement(
  'pictures_show_cover',
  `update pictures.images set status = 'shown', status_at = now() where id = $1 and status = 'storing' returning id`,
);
const TAKEN = '23505';
const TRIES = 5;

/** Refuses NOT_FOUND for another's event. */
export async function mayCover(
  { ledger }: PictureDeps,
  editor: Account,
  eventId: string,
): Promise<Result<unknown>> {
  const event = await ledger.reads.one(OWNED, [eventId, editor.id, editor.role === 'operator']);
  return event ? ok(null) : refuse('NOT_FOUND');
}

/** The old one goes in the transaction that shows the new one. Of two at once the second takes the first one's place. */
async function replace(deps: PictureDeps, eventId: string, id: Uuid, tries = TRIES): Promise<Uuid[] | null> {
  try {
    return await deps.ledger.reads.transaction(async (tx) => {
      const old = await tx.all<{ id: string }>(TAKE_AWAY, [eventId]);
      if (!(await tx.one(SHOW, [id]))) throw new Withdrawn();
      return old.map((row) => row.id);
    });
  } catch (err) {
    if (err instanceof Withdrawn) return null;
    if (sqlState(err) !== TAKEN || tries === 1) throw err;
    return replace(deps, eventId, id, tries - 1);
  }
}
class Withdrawn extends Error {}

/** Refuses as decoding and keeping do; `mayCover` was asked before. */
export async function putCover(
  deps: PictureDeps,
  editor: Account,
  eventId: string,
  image: Buffer,
): Promise<Result<{ imageUrl: string }>> {
  const decoded = await deps.desk.inTurn(() => decode(image));
  if (!decoded.ok) return decoded;
  const { width, height } = decoded.value;
  let gone: Uuid[] = [];
  const kept = await keep(deps, decoded.value, {
    async begin(id) {
      await deps.ledger.reads.all(BEGIN, [id, editor.id, eventId, width, height]);
      return ok(null);
    },
    async finish(id) {
      const replaced = await replace(deps, eventId, id);
      gone = replaced ?? [];
      return replaced !== null;
    },
  });
  if (!kept.ok) return kept;
  for (const id of gone) await clear(deps, id);
  return ok({ imageUrl: urlOf(kept.value) });
}

/** Whether there was one or not: afterwards there is none. */
export async function removeCover(
  deps: PictureDeps,
  editor: Account,
  eventId: string,
): Promise<Result<null>> {
  const may = await mayCover(deps, editor, eventId);
  if (!may.ok) return may;
  for (const { id } of await deps.ledger.reads.all<{ id: string }>(TAKE_AWAY, [eventId]))
    await clear(deps, id);
  return ok(null);
}
