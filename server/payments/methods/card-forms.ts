/**
 * Whether pages must be able to load Stripe's form (rule P79): where the installation has keys, and where some vendor's way to
 * pay has an account of its own. All pages are one page, which may come to any event, so that it is asked for all of them.
 *
 * A page is not kept waiting for the ledger: what was known is believed for some seconds, one look is on its way at most, and
 * one that takes its time or fails leaves the last answer standing.
 */
import type { Clock, Logger } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { type Db, statement } from '../../stores/index.ts';

/** What was switched off or removed lately may still owe a fan a bank's step. */
const WANTED = statement(
  'card_forms_wanted',
  `select exists (select from payments.methods
     where publishable_key is not null
       and ((active and removed_at is null) or updated_at > now() - make_interval(secs => $1))) as wanted`,
);

export interface CardFormsDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  /** The installation has keys of its own. */
  installed: boolean;
}

export function createCardForms({ db, clock, log, installed }: CardFormsDeps): () => Promise<boolean> {
  let known = false;
  let freshUntil = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    try {
      known = (await db.one<{ wanted: boolean }>(WANTED, [LIMITS.cardFormsAfterSeconds]))?.wanted === true;
    } catch (err) {
      log.warn({ err: (err as Error).message }, 'not known whether a vendor takes cards: as before');
    }
    freshUntil = clock.now() + LIMITS.cardFormsFreshMs;
    looking = undefined;
  }

  return async () => {
    if (installed) return true;
    if (clock.now() < freshUntil) return known;
    looking ??= look();
    const patience = new AbortController();
    // Aborted below: the answer came first.
    const late = clock.sleep(LIMITS.cardFormsWaitMs, patience.signal).catch(() => undefined);
    await Promise.race([looking, late]);
    patience.abort();
    return known;
  };
}
