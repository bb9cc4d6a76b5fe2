/**
 * What nobody shows any more goes: files first, then the row that leads to them (rules I10, I11). Everything here may be
 * killed anywhere and done again, by any number of processes at once.
 */
import type { Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { statement } from '../stores/index.ts';
import type { Chore } from '../transport/index.ts';
import { idOfKey, keyOf, SIZES } from './picture.ts';
import type { PictureDeps } from './rows.ts';

type Clearing = Pick<PictureDeps, 'ledger' | 'store' | 'log' | 'clock'>;

const WITHDRAW = statement(
  'pictures_withdraw',
  `update pictures.images set status = 'removed', slot = null, status_at = now()
    where id = $1 and status = 'storing' returning id`,
);
const FORGET = statement(
  'pictures_forget',
  `delete from pictures.images where id = $1 and status = 'removed'`,
);
const UNFINISHED = statement(
  'pictures_unfinished',
  `select id, status from pictures.images
    where status = 'removed' or (status = 'storing' and status_at < now() - make_interval(secs => $1))
    order by status_at limit $2`,
);
const KNOWN = statement('pictures_known', 'select id from pictures.images where id = any ($1)');
/** Left by a write that was killed. */
const PART = /^[0-9a-f]{2}\/[\w.-]+\.part$/;
const PAGE = 500;

/** Takes an upload that is not finished back; false: it was shown, or taken back, in the meantime. */
export const withdraw = async ({ ledger }: Pick<PictureDeps, 'ledger'>, id: Uuid): Promise<boolean> =>
  (await ledger.reads.one(WITHDRAW, [id])) !== undefined;

/** Files and row of a removed picture. A store that is away is no error: the worker comes again. */
export async function clear({ ledger, store, log }: Clearing, id: Uuid): Promise<boolean> {
  try {
    for (const size of SIZES) await store.remove(keyOf(id, size));
  } catch (err) {
    log.warn({ err: (err as Error).message, imageId: id }, 'files of a removed picture stay for now');
    return false;
  }
  await ledger.reads.all(FORGET, [id]);
  return true;
}

/** Uploads that were killed, and pictures that were removed. */
export async function clearUnfinished(deps: Clearing): Promise<{ done: number; more: boolean }> {
  const { ledger } = deps;
  const found = await ledger.reads.all<{ id: string; status: 'storing' | 'removed' }>(UNFINISHED, [
    LIMITS.pictureStoringSeconds,
    LIMITS.clearPicturesMax,
  ]);
  let done = 0;
  for (const { id, status } of found)
    if ((status === 'removed' || (await withdraw(deps, id))) && (await clear(deps, id))) done++;
  return { done, more: done > 0 && found.length === LIMITS.clearPicturesMax };
}

/** Which of these old files belong to nothing: their row is gone, or they were never finished. */
async function strays({ ledger }: Clearing, keys: readonly string[]): Promise<string[]> {
  const ids = [...new Set(keys.flatMap((key) => idOfKey(key) ?? []))];
  const rows = ids.length > 0 ? await ledger.reads.all<{ id: string }>(KNOWN, [ids]) : [];
  const known = new Set(rows.map(({ id }) => id));
  return keys.filter((key) => {
    const id = idOfKey(key);
    return id ? !known.has(id) : PART.test(key);
  });
}

/** Files that no row leads to: of uploads that came back after they were given up, of a ledger that was restored. */
export async function clearStrays(deps: Clearing): Promise<{ done: number }> {
  const { store, clock } = deps;
  const before = clock.now() - LIMITS.strayFilesSeconds * 1_000;
  let done = 0;
  let page: string[] = [];
  const flush = async (): Promise<void> => {
    for (const key of await strays(deps, page)) {
      await store.remove(key);
      done++;
    }
    page = [];
  };
  for await (const { key, modifiedMs } of store.list()) {
    if (modifiedMs > before) continue;
    page.push(key);
    if (page.length === PAGE) await flush();
  }
  await flush();
  return { done };
}

export const pictureChores = (deps: Clearing): readonly Chore[] => [
  { name: 'pictures', everyMs: LIMITS.clearPicturesEveryMs, shared: true, work: () => clearUnfinished(deps) },
  { name: 'picture_files', everyMs: LIMITS.strayFilesEveryMs, shared: true, work: () => clearStrays(deps) },
];
