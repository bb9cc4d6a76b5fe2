/** Runs as rows: one at work at a time, one per night, taken up by another when its process was killed (rules K3, K33). */
import { LIMITS } from '../limits.ts';
import type { ReconciliationView } from '../protocol/index.ts';
import { type Db, sqlState, statement } from '../stores/index.ts';

export type Trigger = ReconciliationView['trigger'];

export interface Tally {
  payments: number;
  charges: number;
  tickets: number;
  found: number;
  mended: number;
  queued: number;
  duplicates: number;
}

export const nothingYet = (): Tally => ({
  payments: 0,
  charges: 0,
  tickets: 0,
  found: 0,
  mended: 0,
  queued: 0,
  duplicates: 0,
});

export interface RunRow extends Tally {
  id: string;
  trigger: Trigger;
  night: string | null;
  dryRun: boolean;
  startedAt: Date;
  endedAt: Date | null;
  error: string | null;
}

const COLUMNS = `id, trigger, night::text, dry_run as "dryRun", started_at as "startedAt", ended_at as "endedAt", payments, charges,
  tickets, found, mended, queued, duplicates, error`;
const LOST = `alive_at < now() - make_interval(secs => ${LIMITS.reconcileLostSeconds})`;

/** Since when the next run has to look, so that none of them together leaves anything out. */
const lastGood = statement(
  'runs_last_good',
  `select floor(extract(epoch from max(started_at)) * 1000)::float8 as "atMs" from reconciliation.runs
    where whole and not dry_run and ended_at is not null and error is null`,
);
const endLost = statement(
  'runs_end_lost',
  `update reconciliation.runs set ended_at = now(), error = 'its process was lost' where ended_at is null and ${LOST} and night is null`,
);
const begin = statement(
  'run_begin',
  `insert into reconciliation.runs (id, trigger, night, dry_run, since, whole, holder)
   select $1::uuid, $2::text, $3::date, $4::boolean, to_timestamp($5::float8 / 1000), $6::boolean, $1::uuid
    where $3::date is null or not exists (select from reconciliation.runs r where r.night >= $3::date)
   on conflict do nothing returning ${COLUMNS}`,
);
const takeUp = statement(
  'run_take_up',
  `update reconciliation.runs set holder = $2, alive_at = now(), attempts = attempts + 1, ended_at = null, error = null
    where night = $1::date and not dry_run and attempts < ${LIMITS.reconcileTriesMax}
      and (ended_at is null and ${LOST}
        or error is not null and ended_at < now() - make_interval(secs => ${LIMITS.reconcileRetrySeconds}))
   returning ${COLUMNS}`,
);
/** A night whose run was lost too often ends, so that others may run. */
const giveUp = statement(
  'run_give_up',
  `update reconciliation.runs set ended_at = now(), error = 'its process was lost' where ended_at is null and ${LOST}
    and night is not null and (attempts >= ${LIMITS.reconcileTriesMax} or night < $1::date)`,
);
const alive = statement(
  'run_alive',
  'update reconciliation.runs set alive_at = now() where id = $1 and holder = $2 and ended_at is null returning id',
);
const end = statement(
  'run_end',
  `update reconciliation.runs set ended_at = now(), error = $3, payments = $4, charges = $5, tickets = $6, found = $7, mended = $8,
       queued = $9, duplicates = $10
    where id = $1 and holder = $2 and ended_at is null returning ${COLUMNS}`,
);
/** Its process stops: another may take it up at once. */
const letGo = statement(
  'run_let_go',
  `update reconciliation.runs set alive_at = '-infinity' where id = $1 and holder = $2 and ended_at is null`,
);
const list = statement(
  'runs_list',
  `select ${COLUMNS} from reconciliation.runs where $1::uuid is null or id < $1 order by id desc limit $2`,
);

export interface Begun {
  row: RunRow;
  holder: string;
}

export interface Beginning {
  id: string;
  trigger: Trigger;
  night: string | null;
  dryRun: boolean;
  sinceMs: number | null;
  whole: boolean;
}

export async function lastGoodMs(db: Db): Promise<number | null> {
  return (await db.one<{ atMs: number | null }>(lastGood))?.atMs ?? null;
}

/** Null: another run is at work, or has had this night. */
export async function beginRun(db: Db, b: Beginning): Promise<Begun | null> {
  await db.all(endLost);
  const row = await db.one<RunRow>(begin, [b.id, b.trigger, b.night, b.dryRun, b.sinceMs, b.whole]);
  return row ? { row, holder: b.id } : null;
}

/** A night's run whose process was lost, or that could not be finished. Null: there is none to take up. */
export async function takeUpRun(db: Db, night: string, holder: string): Promise<Begun | null> {
  try {
    await db.all(giveUp, [night]);
    const row = await db.one<RunRow>(takeUp, [night, holder]);
    return row ? { row, holder } : null;
  } catch (err) {
    // one_run_at_work: somebody's run began meanwhile; this one is taken up after it
    if (sqlState(err) === '23505') return null;
    throw err;
  }
}

/** False: somebody else has taken it up. */
export const keepRun = async (db: Db, { row, holder }: Begun): Promise<boolean> =>
  (await db.all(alive, [row.id, holder])).length > 0;

export const endRun = (
  db: Db,
  { row, holder }: Begun,
  t: Tally,
  error: string | null,
): Promise<RunRow | undefined> =>
  db.one<RunRow>(end, [
    row.id,
    holder,
    error,
    t.payments,
    t.charges,
    t.tickets,
    t.found,
    t.mended,
    t.queued,
    t.duplicates,
  ]);

export const letRunGo = async (db: Db, { row, holder }: Begun): Promise<void> =>
  void (await db.all(letGo, [row.id, holder]));

export const listRuns = (db: Db, before: string | null, limit: number): Promise<RunRow[]> =>
  db.all<RunRow>(list, [before, limit]);

export const runView = (row: RunRow): ReconciliationView => ({
  id: row.id,
  startedAt: row.startedAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
  dryRun: row.dryRun,
  trigger: row.trigger,
  compared: { payments: row.payments, charges: row.charges, tickets: row.tickets },
  found: row.found,
  mended: row.mended,
  queued: row.queued,
  duplicates: row.duplicates,
  error: row.error,
});
