/** What operators see of reported pictures, and what they decide (rule I17). */
import { ok, type PictureCase, type Result, refuse } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import {
  COLUMNS,
  type Page,
  type PageAsked,
  type PictureDeps,
  type PictureRow,
  pageOf,
  viewOf,
} from './rows.ts';

export const LISTED = ['reported', 'hidden'] as const;
export type Listed = (typeof LISTED)[number];
export type Decision = 'hide' | 'show';

/** Reports and decisions that a case shows; the count is whole. */
const SHOWN_MAX = 20;

interface CaseRow extends PictureRow {
  open_reports: number;
  reports: { reason: string; at: string; settled: boolean }[];
  decisions: { action: 'hide' | 'show' | 'remove'; reason: string | null; at: string; by: string }[];
}

const CASE = `select ${COLUMNS},
    (select count(*)::int from pictures.reports r where r.image_id = i.id and r.settled_at is null) as open_reports,
    coalesce((select json_agg(json_build_object('reason', r.reason, 'at', r.created_at, 'settled', r.settled_at is not null)
         order by r.settled_at is not null, r.created_at desc)
       from (select * from pictures.reports r where r.image_id = i.id
              order by r.settled_at is not null, r.created_at desc limit ${SHOWN_MAX}) r), '[]') as reports,
    coalesce((select json_agg(json_build_object('action', d.action, 'reason', d.reason, 'at', d.created_at, 'by', u.name) order by d.created_at desc)
       from (select * from pictures.decisions d where d.image_id = i.id
              order by d.created_at desc limit ${SHOWN_MAX}) d join accounts.users u on u.id = d.actor_id), '[]') as decisions
  from pictures.images i join events.events e on e.id = i.event_id`;

const LIST = statement(
  'pictures_cases',
  `${CASE} where case $1 when 'hidden' then i.status = 'hidden'
      else i.status in ('shown', 'hidden')
        and exists (select from pictures.reports r where r.image_id = i.id and r.settled_at is null) end
    and ($2::uuid is null or i.id < $2) order by i.id desc limit $3`,
);
const ONE = statement('pictures_case', `${CASE} where i.id = $1 and i.status in ('shown', 'hidden')`);
const DECIDE = statement(
  'pictures_decide',
  `with decided as (
     update pictures.images set status = $2, status_at = now() where id = $1 and status in ('shown', 'hidden') returning id)
   , settled as (
     update pictures.reports r set settled_at = now() from decided d where r.image_id = d.id and r.settled_at is null)
   , logged as (
     insert into pictures.decisions (id, image_id, actor_id, action, reason) select $3, id, $4, $5, $6 from decided)
   select id from decided`,
);
const BECOMES: Record<Decision, 'hidden' | 'shown'> = { hide: 'hidden', show: 'shown' };

const instant = (text: string): string => new Date(text).toISOString();
const caseOf = (row: CaseRow): PictureCase => ({
  ...viewOf(row),
  kind: row.kind,
  userId: row.user_id,
  hidden: row.status === 'hidden',
  openReports: row.open_reports,
  reports: row.reports.map((report) => ({ ...report, at: instant(report.at) })),
  decisions: row.decisions.map((decision) => ({ ...decision, at: instant(decision.at) })),
});

export async function listCases(
  { ledger }: Pick<PictureDeps, 'ledger'>,
  listed: Listed,
  { limit, after }: PageAsked,
): Promise<Page<PictureCase>> {
  return pageOf(await ledger.reads.all<CaseRow>(LIST, [listed, after, limit + 1]), limit, caseOf);
}

/** Refuses NOT_FOUND. Deciding the same again is a decision too: its reason is logged. */
export async function decide(
  { ledger, ids, log }: Pick<PictureDeps, 'ledger' | 'ids' | 'log'>,
  operator: Account,
  imageId: string,
  decision: Decision,
  reason: string,
): Promise<Result<PictureCase>> {
  const values = [imageId, BECOMES[decision], ids.next(), operator.id, decision, reason];
  if (!(await ledger.reads.one(DECIDE, values))) return refuse('NOT_FOUND');
  log.info({ imageId, decision, actorId: operator.id, reason }, 'an operator decided on a picture');
  const row = await ledger.reads.one<CaseRow>(ONE, [imageId]);
  return row ? ok(caseOf(row)) : refuse('NOT_FOUND');
}
