/** Differences as rows: one per kind and subject, however often it is seen, with what was decided about it. */
import type { FindingView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { type Difference, KINDS, type KindName, type Subject, subjectKey } from './kinds.ts';

export type FindingStatus = FindingView['status'];

export interface FindingRow {
  id: string;
  kind: KindName;
  subject: string;
  explanation: string;
  action: string;
  orderId: string | null;
  paymentId: string | null;
  refundId: string | null;
  provider: string | null;
  methodId: string | null;
  chargeRef: string | null;
  madeAtMs: number | null;
  amountCents: number | null;
  currency: string | null;
  figures: string;
  status: FindingStatus;
  firstSeenAt: Date;
  lastSeenAt: Date;
  decidedBy: string | null;
  reason: string | null;
  doneAt: Date | null;
}

const COLUMNS = `id, kind, subject, explanation, action, order_id as "orderId", payment_id as "paymentId", refund_id as "refundId",
  provider, method_id as "methodId", charge_ref as "chargeRef", floor(extract(epoch from charge_made_at) * 1000)::float8 as "madeAtMs",
  amount_cents as "amountCents", currency, figures, status, first_seen_at as "firstSeenAt", last_seen_at as "lastSeenAt",
  decided_by as "decidedBy", reason, done_at as "doneAt"`;

const see = statement(
  'finding_see',
  `insert into reconciliation.findings as f (id, kind, subject, explanation, action, order_id, payment_id, refund_id, provider, method_id,
       charge_ref, charge_made_at, amount_cents, currency, figures, status, run_id)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, to_timestamp($12::float8 / 1000), $13, $14, $15, 'open', $16)
   on conflict on constraint seen_nightly_is_one do update
     set explanation = excluded.explanation, action = excluded.action, amount_cents = excluded.amount_cents, currency = excluded.currency,
         charge_made_at = coalesce(excluded.charge_made_at, f.charge_made_at), figures = excluded.figures,
         last_seen_at = now(), run_id = excluded.run_id,
         status = case when f.status in ('mended', 'gone') then 'open'
                       when f.status in ('approved', 'dismissed') and f.figures <> excluded.figures
                            and (f.status = 'dismissed' or f.done_at is not null) then 'open'
                       else f.status end
   returning ${COLUMNS}, xmax = 0 as fresh`,
);
const known = statement(
  'finding_known',
  `select ${COLUMNS} from reconciliation.findings where kind = $1 and subject = $2`,
);
const mended = statement(
  'finding_mended',
  `update reconciliation.findings set status = 'mended', done_at = now(), last_seen_at = now() where id = $1 and status = 'open'`,
);
const gone = statement(
  'finding_gone',
  `update reconciliation.findings set status = 'gone', run_id = $2 where id = $1 and status = 'open'`,
);
const undecided = statement(
  'findings_undecided',
  `select ${COLUMNS} from reconciliation.findings where status = 'open' and id > $1 order by id limit $2`,
);
const due = statement(
  'findings_due',
  `select ${COLUMNS} from reconciliation.findings where status = 'approved' and done_at is null order by id limit $1`,
);
const one = statement('finding_one', `select ${COLUMNS} from reconciliation.findings where id = $1`);
const decide = statement(
  'finding_decide',
  `update reconciliation.findings set status = $2, decided_by = $3, decided_at = now(), reason = $4, done_at = null
    where id = $1 and status = 'open' returning ${COLUMNS}`,
);
const done = statement(
  'finding_done',
  `update reconciliation.findings set done_at = now() where id = $1 and status = 'approved'`,
);
const reopen = statement(
  'finding_reopen',
  `update reconciliation.findings set status = 'open' where id = $1 and status = 'approved' and done_at is null`,
);
const list = statement(
  'findings_list',
  `select ${COLUMNS} from reconciliation.findings
    where ($1::text is null or status = $1) and ($2::uuid is null or id < $2) order by id desc limit $3`,
);
const count = statement(
  'findings_count',
  'select count(*)::int as n from reconciliation.findings where kind = $1',
);

export interface Seen extends FindingRow {
  /** It was never seen before. */
  fresh: boolean;
}

export async function seeFinding(
  db: Db,
  id: string,
  runId: string,
  d: Difference,
  madeAtMs: number | null,
): Promise<Seen> {
  const { orderId, paymentId, refundId, charge } = d.subject;
  const values = [
    id,
    d.kind,
    subjectKey(d.subject),
    d.explanation,
    KINDS[d.kind].action,
    orderId,
    paymentId,
    refundId,
    charge?.provider ?? null,
    charge?.methodId ?? null,
    charge?.ref ?? null,
    charge?.madeAtMs ?? madeAtMs,
    d.amountCents,
    d.currency,
    d.figures,
    runId,
  ];
  return (await db.one<Seen>(see, values)) as Seen;
}

/** What is known of a difference already, without touching it. */
export const knownFinding = (db: Db, d: Difference): Promise<FindingRow | undefined> =>
  db.one<FindingRow>(known, [d.kind, subjectKey(d.subject)]);
export const findingMended = async (db: Db, id: string): Promise<void> => void (await db.all(mended, [id]));
export const findingGone = async (db: Db, id: string, runId: string): Promise<void> =>
  void (await db.all(gone, [id, runId]));
export const findingDone = async (db: Db, id: string): Promise<void> => void (await db.all(done, [id]));
/** Approved, and it cannot be done: a person has to decide anew. */
export const reopenFinding = async (db: Db, id: string): Promise<void> => void (await db.all(reopen, [id]));
export const openFindings = (db: Db, afterId: string, limit: number): Promise<FindingRow[]> =>
  db.all<FindingRow>(undecided, [afterId, limit]);
/** Approved, and not yet carried out. */
export const dueFindings = (db: Db, limit: number): Promise<FindingRow[]> => db.all<FindingRow>(due, [limit]);
export const readFinding = (db: Db, id: string): Promise<FindingRow | undefined> =>
  db.one<FindingRow>(one, [id]);
/** Undefined: it was not open. */
export const decideFinding = (
  db: Db,
  id: string,
  to: 'approved' | 'dismissed',
  actorId: string,
  reason: string | null,
): Promise<FindingRow | undefined> => db.one<FindingRow>(decide, [id, to, actorId, reason]);
export const listFindings = (
  db: Db,
  status: string | null,
  before: string | null,
  limit: number,
): Promise<FindingRow[]> => db.all<FindingRow>(list, [status, before, limit]);
export const countFindings = async (db: Db, kind: KindName): Promise<number> =>
  (await db.one<{ n: number }>(count, [kind]))?.n ?? 0;

export function subjectOf(row: FindingRow): Subject {
  const { orderId, paymentId, refundId, provider, methodId, chargeRef, madeAtMs } = row;
  const charge =
    provider !== null && chargeRef !== null
      ? { provider, methodId, ref: chargeRef, madeAtMs: madeAtMs ?? 0 }
      : null;
  return { orderId, paymentId, refundId, charge };
}

export const findingView = (row: FindingRow): FindingView => ({
  id: row.id,
  kind: row.kind,
  explanation: row.explanation,
  orderId: row.orderId,
  paymentId: row.paymentId,
  amountCents: row.amountCents,
  currency: row.currency,
  action: row.action,
  status: row.status,
  firstSeenAt: row.firstSeenAt.toISOString(),
  lastSeenAt: row.lastSeenAt.toISOString(),
});
