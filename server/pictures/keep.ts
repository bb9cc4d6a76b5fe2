/**
 * A decoded picture becomes one that is there (rule I10):
 *
 *   row `storing`, committed ─▶ file, file ─▶ row `shown`
 *
 * Whatever ends in between leaves a row that leads to all there is: the worker clears it up (clear.ts).
 */
import type { Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import { clear, withdraw } from './clear.ts';
import type { Decoded } from './decode.ts';
import { keyOf, SIZES } from './picture.ts';
import type { PictureDeps } from './rows.ts';

export interface Keeping {
  /** Commits the row. */
  begin(id: Uuid): Promise<Result<unknown>>;
  /** Shows it; false: the row is gone, it took too long. */
  finish(id: Uuid): Promise<boolean>;
}

const SHOW = statement(
  'pictures_show',
  `update pictures.images set status = 'shown', status_at = now() where id = $1 and status = 'storing' returning id`,
);

export const show = async ({ ledger }: Pick<PictureDeps, 'ledger'>, id: Uuid): Promise<boolean> =>
  (await ledger.reads.one(SHOW, [id])) !== undefined;

const busy = () =>
  refuse(
    'TEMPORARILY_UNAVAILABLE',
    { retryAfterMs: LIMITS.uploadRetryMs },
    'Your picture could not be kept just now. Try again in a moment.',
  );

/** Refuses what `begin` refuses, and TEMPORARILY_UNAVAILABLE when files cannot be written. */
export async function keep(deps: PictureDeps, decoded: Decoded, keeping: Keeping): Promise<Result<Uuid>> {
  const id = deps.ids.next();
  const begun = await keeping.begin(id);
  if (!begun.ok) return begun;
  try {
    for (const size of SIZES) await deps.store.put(keyOf(id, size), decoded[size]);
  } catch (err) {
    deps.log.warn({ err: (err as Error).message, imageId: id }, 'a picture could not be written');
    // At once, so that it does not count against the fan until the worker comes by.
    if (await withdraw(deps, id)) await clear(deps, id);
    return busy();
  }
  return (await keeping.finish(id)) ? ok(id) : busy();
}
