/** The bytes of a picture, for whoever may see it (rule I13). */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { keyOf, type Size } from './picture.ts';
import type { PictureDeps } from './rows.ts';

const FIND = statement(
  'pictures_find',
  `select id, status, user_id from pictures.images where id = $1 and status in ('shown', 'hidden')`,
);

export interface Found {
  id: string;
  /** Seen by this viewer and not by everybody. */
  hidden: boolean;
}

/** Refuses NOT_FOUND. */
export async function find(
  { ledger }: Pick<PictureDeps, 'ledger'>,
  imageId: string,
  viewer: Account | null,
): Promise<Result<Found>> {
  const row = await ledger.reads.one<{ id: string; status: 'shown' | 'hidden'; user_id: string }>(FIND, [
    imageId,
  ]);
  const hidden = row?.status === 'hidden';
  const mayLook = !hidden || viewer?.role === 'operator' || viewer?.id === row.user_id;
  return row && mayLook ? ok({ id: row.id, hidden }) : refuse('NOT_FOUND');
}

/** Refuses NOT_FOUND, TEMPORARILY_UNAVAILABLE. */
export async function readBytes(
  { store, log }: PictureDeps,
  id: string,
  size: Size,
): Promise<Result<Buffer>> {
  try {
    const bytes = await store.get(keyOf(id, size));
    if (bytes) return ok(bytes);
    log.warn({ imageId: id, size }, 'the file of a shown picture is missing');
    return refuse('NOT_FOUND');
  } catch (err) {
    log.warn({ err: (err as Error).message, imageId: id }, 'a picture could not be read');
    return refuse(
      'TEMPORARILY_UNAVAILABLE',
      { retryAfterMs: 2_000 },
      'This picture cannot be shown just now.',
    );
  }
}
