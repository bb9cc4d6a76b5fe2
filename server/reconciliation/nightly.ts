/** What the worker does every half minute: the night's run once it is due, and approved findings that were not carried out. */
import { readAccounts } from './accounts.ts';
import { settleApproved } from './decide.ts';
import { dueFindings } from './findings.ts';
import type { Reconciling } from './index.ts';
import { begin, sinceOf, work } from './run.ts';
import { takeUpRun } from './runs.ts';
import { latestNight } from './schedule.ts';

const DUE_MAX = 20;

export interface Tick {
  /** The night whose run this process has just finished; null: there was none for it to do. */
  night: string | null;
  /** Approved findings that were carried out. */
  settled: number;
}

export async function tick(r: Reconciling, signal?: AbortSignal): Promise<Tick> {
  const { deps, db } = r;
  let settled = 0;
  const due = await dueFindings(db, DUE_MAX);
  if (due.length > 0) {
    const accounts = await readAccounts(db, deps.providers, deps.installed);
    for (const finding of due) if ((await settleApproved(r, accounts, finding)).ok) settled++;
  }
  const night = latestNight(deps.clock.now(), deps.timeZone, deps.maintenance);
  if (!night) return { night: null, settled };
  const options = { trigger: 'nightly', ...(signal ? { signal } : {}) } as const;
  const lost = await takeUpRun(db, night.night, deps.ids.next());
  const started = lost
    ? { ...lost, sinceMs: await sinceOf(r, undefined) }
    : await begin(r, options, night.night);
  if (!started) return { night: null, settled };
  const ran = await work(r, started, options);
  const { found, mended, queued } = ran.tally;
  deps.log.info({ night: night.night, found, mended, queued, error: ran.error }, 'night reconciled');
  return { night: night.night, settled };
}
