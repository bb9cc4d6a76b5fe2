/**
 * Events as links tell of them, kept for a moment (rules X65, X66): a crowd that opens one page asks the ledger once in ten
 * seconds and process. The page never depends on it: what cannot be told in a quarter of a second is left out.
 */
import type { Clock, Logger } from '../kernel/index.ts';
import { isUuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, sqlFile } from '../stores/index.ts';
import type { SharedEvent } from './preview.ts';

const PREVIEW = sqlFile(import.meta.url, 'preview.sql');

export interface Previews {
  /** The event of this id, or of the drop of this id; null: none that everybody may see, or the ledger is away. Never throws. */
  find(id: string): Promise<SharedEvent | null>;
}

interface Kept {
  event: SharedEvent;
  /** Looked up anew after this. */
  freshUntil: number;
}

export interface PreviewsDeps {
  db: Pick<Db, 'one'>;
  clock: Clock;
  log: Logger;
}

export function createPreviews({ db, clock, log }: PreviewsDeps): Previews {
  const kept = new Map<string, Kept>();
  /** Ids of nothing, and until when: apart, since anybody can make up any number, and what is known must outlast them. */
  const nothing = new Map<string, number>();
  const looking = new Map<string, Promise<SharedEvent | null>>();

  function keep(id: string, event: SharedEvent | null, forMs: number): void {
    const freshUntil = clock.now() + forMs;
    kept.delete(id);
    nothing.delete(id);
    if (event) kept.set(id, { event, freshUntil });
    else nothing.set(id, freshUntil);
    for (const map of [kept, nothing])
      for (const oldest of map.keys()) {
        if (map.size <= LIMITS.previewsKept) break;
        map.delete(oldest);
      }
  }

  async function look(id: string): Promise<SharedEvent | null> {
    try {
      const event = (await db.one<SharedEvent>(PREVIEW, [id])) ?? null;
      keep(id, event, LIMITS.previewFreshMs);
      return event;
    } catch (err) {
      // The page is served without, or with what was known: it says nothing that a look at the page itself would not correct.
      log.warn({ err: (err as Error).message }, 'what a link tells of an event could not be read');
      const known = kept.get(id)?.event ?? null;
      keep(id, known, LIMITS.previewPauseMs);
      return known;
    } finally {
      looking.delete(id);
    }
  }

  /** One look per event at a time; undefined: there is no room for another one. */
  function begin(id: string): Promise<SharedEvent | null> | undefined {
    const already = looking.get(id);
    if (already) return already;
    if (looking.size >= LIMITS.previewLooksAtOnce) return undefined;
    const mine = look(id);
    looking.set(id, mine);
    return mine;
  }

  return {
    async find(given) {
      const id = given.toLowerCase();
      if (!isUuid(id)) return null;
      const known = kept.get(id);
      const freshUntil = known?.freshUntil ?? nothing.get(id);
      const looked = freshUntil !== undefined && freshUntil > clock.now() ? undefined : begin(id);
      // Whoever comes while it is looked up anew is told what was known.
      if (freshUntil !== undefined || !looked) return known?.event ?? null;
      return Promise.race([looked, clock.sleep(LIMITS.previewWaitMs).then(() => null)]);
    },
  };
}
