/**
 * One comparison from beginning to end: what was found before is looked at again, then whatever happened since. Each page
 * is listed first; what looks wrong is looked at again singly, written down, and only then acted upon (rules K2, K4).
 */
import type { Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { Db } from '../stores/index.ts';
import { type Accounts, BooksAway } from './accounts.ts';
import {
  type FindingRow,
  findingGone,
  findingMended,
  knownFinding,
  openFindings,
  seeFinding,
  subjectOf,
} from './findings.ts';
import type { ReconcilerDeps } from './index.ts';
import type { Bounds } from './judge.ts';
import { type Difference, subjectKey } from './kinds.ts';
import { createLook, type Looked } from './look.ts';
import { mend } from './mend.ts';
import { nothingYet, type Tally } from './runs.ts';
import { createScan, type Scanned, type Suspect } from './scan.ts';

/** What came of a difference: mended by itself, waits for a person, or a person has decided about it. */
export type Fate = 'mended' | 'queued' | 'decided' | 'would mend';

export interface CompareOptions {
  /** Writes, and acts; null: a dry run, which does neither. */
  write: { runId: string; db: Db } | null;
  sinceMs: number | null;
  signal: AbortSignal;
  /** Told of each difference. */
  onDifference?(difference: Difference, fate: Fate): void;
}

export interface Compared {
  tally: Tally;
  /** Why it is not to be relied on; null: everything was looked at. */
  error: string | null;
}

const FIRST = '00000000-0000-0000-0000-000000000000';

interface Call {
  deps: ReconcilerDeps & { bounds: Bounds; ids: Ids; log: Logger };
  accounts: Accounts;
  /** What is read through; a dry run's may not write. */
  db: Db;
  options: CompareOptions;
  tally: Tally;
  away: Set<string>;
}

export async function compare(call: Omit<Call, 'tally' | 'away'>): Promise<Compared> {
  const { deps, accounts, db, options } = call;
  const { clock, log, bounds } = deps;
  const tally = nothingYet();
  const away = new Set<string>();
  const seen = new Set<string>();
  const look = createLook({ db, accounts, bounds, now: clock.now });

  /** Null: its provider did not answer, and nothing is said. */
  async function lookAt(subject: Suspect['subject'], madeAtMs: number | null): Promise<Looked | null> {
    try {
      return await look.at(subject, madeAtMs);
    } catch (err) {
      if (!(err instanceof BooksAway)) throw err;
      away.add(err.message);
      return null;
    }
  }

  async function fateOf(d: Difference, looked: Looked): Promise<Fate> {
    const { write } = options;
    if (!write) {
      const before = await knownFinding(db, d);
      if (before && isDecided(before, d)) return 'decided';
      return deps.mends(d) ? 'would mend' : 'queued';
    }
    const madeAtMs = looked.books?.booked?.madeAtMs ?? null;
    const finding = await seeFinding(write.db, deps.ids.next(), write.runId, d, madeAtMs);
    if (finding.fresh)
      log.warn({ kind: d.kind, findingId: finding.id, figures: d.figures }, 'difference found');
    if (finding.status !== 'open') return 'decided';
    if (!(await mend({ ...deps, db: write.db }, accounts, d, looked))) return 'queued';
    await findingMended(write.db, finding.id);
    return 'mended';
  }

  async function report(d: Difference, looked: Looked): Promise<void> {
    const key = `${d.kind} ${subjectKey(d.subject)}`;
    if (seen.has(key)) return;
    seen.add(key);
    const fate = await fateOf(d, looked);
    options.onDifference?.(d, fate);
    if (fate === 'decided') return;
    tally.found++;
    if (d.kind === 'DUPLICATE_CAPTURE') tally.duplicates++;
    if (fate === 'mended') tally.mended++;
    else tally.queued++;
  }

  /** Mending one thing may show the next (a void that finds money): that is the next run's, or a person's. */
  async function examine({ subject, madeAtMs }: Suspect): Promise<Looked | null> {
    options.signal.throwIfAborted();
    const looked = await lookAt(subject, madeAtMs);
    for (const difference of looked?.differences ?? []) await report(difference, looked as Looked);
    return looked;
  }

  async function lookAgain(): Promise<void> {
    let after = FIRST;
    for (;;) {
      const rows = await openFindings(db, after, LIMITS.reconcilePageMax);
      if (rows.length === 0) return;
      for (const row of rows) {
        after = row.id;
        const looked = await examine({ subject: subjectOf(row), madeAtMs: row.madeAtMs });
        const there =
          !looked ||
          looked.moving ||
          looked.differences.some((d) => d.kind === row.kind && subjectKey(d.subject) === row.subject) ||
          isQuietTooShort(looked, bounds);
        if (!there && options.write) await findingGone(options.write.db, row.id, options.write.runId);
      }
    }
  }

  const scanned: Scanned = { payments: 0, charges: 0, tickets: 0, away: [] };
  const nowMs = clock.now();
  const { sinceMs } = options;
  const scan = createScan({ db, accounts, bounds, log, nowMs, sinceMs, ...deps.scan }, scanned);
  await lookAgain();
  for await (const suspects of scan()) {
    options.signal.throwIfAborted();
    for (const suspect of suspects) await examine(suspect);
  }
  const { payments, charges, tickets } = scanned;
  Object.assign(tally, { payments, charges, tickets });
  const reasons = [...new Set([...scanned.away, ...away])];
  return { tally, error: reasons.length > 0 ? `not asked: ${reasons.join('; ')}` : null };
}

const isDecided = (row: FindingRow, d: Difference): boolean =>
  (row.status === 'dismissed' && row.figures === d.figures) ||
  (row.status === 'approved' && (row.doneAt === null || row.figures === d.figures));

/** It has just changed: whether it is still there, a later run will tell. */
const isQuietTooShort = ({ item, differences }: Looked, bounds: Bounds): boolean =>
  differences.length === 0 && item !== null && item.quietMs < bounds.graceMs;
