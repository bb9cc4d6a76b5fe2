/** One run: by an operator, by a command, or for a night; with its row, which says that it is at work (rules K3, K33). */
import { everyLoop } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { readAccounts } from './accounts.ts';
import { type Compared, compare, type Fate } from './compare.ts';
import type { Reconciling } from './index.ts';
import type { Difference } from './kinds.ts';
import {
  type Begun,
  beginRun,
  endRun,
  keepRun,
  lastGoodMs,
  letRunGo,
  type RunRow,
  type Trigger,
} from './runs.ts';

export interface RunOptions {
  trigger: Trigger;
  /** Compares and tells; neither writes nor acts. */
  dryRun?: boolean;
  /** ms since 1970, or everything; default: since the last good run, and some time before it. */
  since?: number | 'all';
  signal?: AbortSignal;
  onDifference?(difference: Difference, fate: Fate): void;
}

export interface Ran extends Compared {
  /** Null: a dry run of a command, which leaves no row either. */
  row: RunRow | null;
}

const NEVER = new AbortController().signal;

export async function sinceOf(
  { db }: Pick<Reconciling, 'db'>,
  since: RunOptions['since'],
): Promise<number | null> {
  if (since === 'all') return null;
  if (since !== undefined) return since;
  const good = await lastGoodMs(db);
  return good === null ? null : good - LIMITS.reconcileOverlapSeconds * 1_000;
}

export interface Started extends Begun {
  sinceMs: number | null;
}

/** Writes the run down. Null: another one is at work. */
export async function begin(
  r: Reconciling,
  options: RunOptions,
  night: string | null = null,
): Promise<Started | null> {
  const { trigger, dryRun = false, since } = options;
  const sinceMs = await sinceOf(r, since);
  const whole = since === undefined || since === 'all';
  const id = r.deps.ids.next();
  const begun = await beginRun(r.db, { id, trigger, night, dryRun, sinceMs, whole });
  return begun && { ...begun, sinceMs };
}

/** Compares, with a row that says so; a run that was taken up by somebody else stops here. @throws what ended it */
export async function work(r: Reconciling, started: Started, options: RunOptions): Promise<Ran> {
  const { deps, db } = r;
  const { row, sinceMs } = started;
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, options.signal ?? NEVER]);
  const loop = {
    name: 'reconcile-alive',
    everyMs: LIMITS.reconcileAliveMs,
    clock: deps.clock,
    log: deps.log,
  };
  const alive = everyLoop({ ...loop, signal }, async () => {
    if (!(await keepRun(db, started)))
      stop.abort(new Error(`reconciliation ${row.id} was taken up by another process`));
  });
  try {
    const compared = await compare({
      deps,
      accounts: await readAccounts(db, deps.providers, deps.installed),
      // A dry run could not write if it wanted to.
      db: row.dryRun ? deps.ledger.views : db,
      options: {
        write: row.dryRun ? null : { runId: row.id, db },
        sinceMs,
        signal,
        ...(options.onDifference ? { onDifference: options.onDifference } : {}),
      },
    });
    const ended = await endRun(db, started, compared.tally, compared.error);
    return { ...compared, row: ended ?? row };
  } catch (err) {
    if (options.signal?.aborted) await letRunGo(db, started);
    else if (!stop.signal.aborted) {
      const why = err instanceof Error ? err.message : String(err);
      await endRun(db, started, r.nothing(), why.slice(0, 500));
    }
    throw err;
  } finally {
    stop.abort(new Error('this run is over'));
    await alive.done;
  }
}

/** A dry run that leaves nothing at all, not even that it was. */
export async function look(r: Reconciling, options: RunOptions): Promise<Ran> {
  const { deps } = r;
  const db = deps.ledger.views;
  const compared = await compare({
    deps,
    accounts: await readAccounts(db, deps.providers, deps.installed),
    db,
    options: {
      write: null,
      sinceMs: await sinceOf({ db }, options.since),
      signal: options.signal ?? NEVER,
      ...(options.onDifference ? { onDifference: options.onDifference } : {}),
    },
  });
  return { ...compared, row: null };
}

/** Refuses REQUEST_IN_PROGRESS: another run is at work. */
export async function run(r: Reconciling, options: RunOptions): Promise<Result<Ran>> {
  if (options.dryRun && options.trigger === 'command') return ok(await look(r, options));
  const started = await begin(r, options);
  if (!started) return refuse('REQUEST_IN_PROGRESS', { retryAfterMs: LIMITS.reconcileAliveMs });
  return ok(await work(r, started, options));
}
