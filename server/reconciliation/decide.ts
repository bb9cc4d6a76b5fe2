/**
 * An operator's word on a finding. It is written down first, then carried out by the finding's id (approve.ts): a crash in
 * between is made up for by the worker, and nothing happens twice (rules K20–K24).
 */
import { ok, type Result, refuse } from '../protocol/index.ts';
import { type Accounts, BooksAway, readAccounts } from './accounts.ts';
import { carryOut } from './approve.ts';
import {
  decideFinding,
  type FindingRow,
  findingDone,
  findingGone,
  readFinding,
  reopenFinding,
  subjectOf,
} from './findings.ts';
import type { Reconciling } from './index.ts';
import { KINDS, subjectKey } from './kinds.ts';
import { createLook, type Looked } from './look.ts';

export interface Word {
  findingId: string;
  actorId: string;
  reason: string | null;
}

const AWAY_RETRY_MS = 5_000;

/** Undefined: it is no longer there. @throws BooksAway */
async function lookAgain(r: Reconciling, accounts: Accounts, row: FindingRow): Promise<Looked | undefined> {
  const look = createLook({
    db: r.db,
    accounts,
    bounds: { ...r.deps.bounds, graceMs: 0 },
    now: r.deps.clock.now,
  });
  const looked = await look.at(subjectOf(row), row.madeAtMs);
  if (looked.moving) throw new BooksAway('the ledger', 'it is being changed at this moment');
  const there = looked.differences.some((d) => d.kind === row.kind && subjectKey(d.subject) === row.subject);
  return there ? looked : undefined;
}

/** Carries an approved finding out, or carries on with it. REFUND_PENDING, TEMPORARILY_UNAVAILABLE: it is tried again. */
export async function settleApproved(
  r: Reconciling,
  accounts: Accounts,
  finding: FindingRow,
): Promise<Result<void>> {
  try {
    const looked = await lookAgain(r, accounts, finding);
    const done = looked ? await carryOut({ db: r.db, accounts, finding, looked }) : ok(undefined);
    if (done.ok) await findingDone(r.db, finding.id);
    else if (done.error.code !== 'REFUND_PENDING') await reopenFinding(r.db, finding.id);
    return done;
  } catch (err) {
    r.deps.log.error({ err, findingId: finding.id }, 'approved finding not carried out yet');
    return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: AWAY_RETRY_MS });
  }
}

/** Refuses NOT_FOUND; INVALID_STATE (decided before, or no longer there); what the action itself refuses. */
export async function approve(r: Reconciling, word: Word): Promise<Result<FindingRow>> {
  const before = await readFinding(r.db, word.findingId);
  if (!before) return refuse('NOT_FOUND');
  if (before.status !== 'open') return refuse('INVALID_STATE', { status: before.status });
  const accounts = await readAccounts(r.db, r.deps.providers, r.deps.installed);
  // Settled by hand: that it is gone, or still to be seen, is no matter.
  if (KINDS[before.kind].onApproval !== 'settle') {
    try {
      if (!(await lookAgain(r, accounts, before))) {
        await findingGone(r.db, before.id, r.deps.ids.next());
        return refuse('INVALID_STATE', { status: 'gone' });
      }
    } catch (err) {
      if (!(err instanceof BooksAway)) throw err;
      return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: AWAY_RETRY_MS });
    }
  }
  const decided = await decideFinding(r.db, word.findingId, 'approved', word.actorId, word.reason);
  if (!decided) return refuse('INVALID_STATE');
  if (KINDS[before.kind].onApproval === 'settle') await findingDone(r.db, decided.id);
  else {
    const done = await settleApproved(r, accounts, decided);
    if (!done.ok && !['REFUND_PENDING', 'TEMPORARILY_UNAVAILABLE'].includes(done.error.code)) return done;
  }
  r.deps.log.warn({ findingId: decided.id, kind: decided.kind, actorId: word.actorId }, 'finding approved');
  return ok((await readFinding(r.db, decided.id)) ?? decided);
}

export async function dismiss(r: Reconciling, word: Word): Promise<Result<FindingRow>> {
  const before = await readFinding(r.db, word.findingId);
  if (!before) return refuse('NOT_FOUND');
  const decided = await decideFinding(r.db, word.findingId, 'dismissed', word.actorId, word.reason);
  return decided ? ok(decided) : refuse('INVALID_STATE', { status: before.status });
}
