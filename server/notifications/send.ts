/**
 * Tells what is due (rules N13 to N19, N28 to N32).
 *
 *   queued ─claimed for a minute─▶ looked at again ─▶ pushed to each device ─▶ sent
 *     ▲          │                      │                   │ none there: mailed, or dropped
 *     │          │ quiet hours: later   │ no longer so: dropped, or forgotten to be found again
 *     └──────────┴──────────────────────┴── not now: again after 2 s, 5 s … 15 min, as long as it means something
 *
 * A loop over rows with leases, as mails have, and not a job each: a push service that hangs would hold the job runner's places.
 * Between a service's "taken" and our writing it down a process may die: then the message goes out once more, with the same tag
 * and topic, and the browser shows one.
 */
import { Counter, type Registry } from 'prom-client';
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';
import { KINDS, type KindRules, type NoticeKind } from './kinds.ts';
import type { Pusher, PushOutcome } from './push.ts';
import { firstLoud } from './quiet.ts';
import { type Recipient, readRecipients } from './recipients.ts';
import { type Noticed, readStandings, type Standing } from './standing.ts';
import type { Suggest } from './suggest.ts';

const CLAIM = statement(
  'notices_claim',
  `update notifications.notices n set tries = n.tries + 1, try_at = now() + make_interval(secs => $2)
    where n.id in (select d.id from notifications.notices d where d.status = 'queued' and d.urgent = $3 and d.try_at <= now()
                    order by d.try_at limit $1 for update skip locked)
   returning n.id, n.user_id as "userId", n.kind, n.tries, n.expires_at as "expiresAt", n.reached, clock_timestamp() as now`,
);
const FINISH = statement(
  'notice_finish',
  `update notifications.notices set status = $2, outcome = $3, reached = $4, finished_at = now() where id = $1 and status = 'queued' returning id`,
);
/** The mail starts from a row of the outbox, written with the notice's end: at most one, whoever sends. */
const MAIL = statement(
  'notice_mail',
  `with told as (
     update notifications.notices set status = 'mailed', outcome = $2, finished_at = now() where id = $1 and status = 'queued' returning id)
   insert into ticketing.outbox (topic, payload) select 'notice.mail', jsonb_build_object('noticeId', id) from told returning id`,
);
const LATER = statement(
  'notice_later',
  `update notifications.notices set try_at = now() + make_interval(secs => $2), tries = tries - $5, outcome = $3, reached = $4
    where id = $1 and status = 'queued'`,
);
const FORGET = statement(
  'notice_forget',
  `delete from notifications.notices where id = $1 and status = 'queued'`,
);

interface Claimed extends Noticed {
  tries: number;
  expiresAt: Date;
  reached: string[];
  now: Date;
}

/** Suggestions come by day, whatever quiet hours somebody has. */
const SUGGESTION_HOURS = { from: '20:00', until: '10:00' } as const;
const OUTCOME_LENGTH = 300;

export interface SendDeps {
  db: Db;
  log: Logger;
  pusher: Pusher;
  suggest: Suggest;
  /** The zone of whoever has said none. */
  timeZone: string;
  registry?: Registry | undefined;
  /** Default: limits.ts. */
  pausesSeconds?: readonly number[];
}

export interface Sending {
  /** One round of urgent notices, or of the others. `done`: notices that came to an end. */
  sendDue(urgent: boolean): Promise<{ done: number; more: boolean }>;
}

/** When a notice may be told; null: never. `now` and the answer in ms since 1970. */
export function whenToTell(
  rules: Pick<KindRules, 'waits'>,
  kind: NoticeKind,
  recipient: Pick<Recipient, 'quiet' | 'zone'>,
  { now, expiresAt, timeZone }: { now: number; expiresAt: number; timeZone: string },
): number | null {
  if (!rules.waits) return now;
  const zone = recipient.zone ?? timeZone;
  const day = kind === 'suggestion' ? { ...SUGGESTION_HOURS, zone } : null;
  // Two quiet spans that touch hand it on to each other; together they may leave no minute of a day.
  for (let at = now, round = 0; at < expiresAt && round < 8; round++) {
    const next = firstLoud(day, firstLoud(recipient.quiet, at));
    if (next === at) return at;
    at = next;
  }
  return rules.waits === 'or-now' ? now : null;
}

export function createSending(deps: SendDeps): Sending {
  const { db, log, pusher, suggest, timeZone } = deps;
  const pauses = deps.pausesSeconds ?? LIMITS.noticeRetryPausesSeconds;
  const told = new Counter({
    name: 'holdfast_notices_total',
    help: 'Notices that came to an end, by kind: sent (pushed), mailed, dropped (no longer so, or nobody to tell), failed.',
    labelNames: ['kind', 'outcome'],
    registers: deps.registry ? [deps.registry] : [],
  });

  async function finish(
    notice: Claimed,
    status: 'sent' | 'dropped' | 'failed',
    outcome: string | null,
    reached: readonly string[] = notice.reached,
  ): Promise<boolean> {
    const won = await db.one(FINISH, [notice.id, status, outcome?.slice(0, OUTCOME_LENGTH) ?? null, reached]);
    // Somebody else's lease, or the account is gone: counted once, or not at all.
    if (won) told.inc({ kind: notice.kind, outcome: status });
    return true;
  }
  async function later(
    notice: Claimed,
    seconds: number,
    why: string,
    reached: readonly string[],
    tried: boolean,
  ) {
    await db.all(LATER, [notice.id, seconds, why.slice(0, OUTCOME_LENGTH), reached, tried ? 0 : 1]);
    return false;
  }
  async function mail(notice: Claimed, why: string): Promise<boolean> {
    const won = await db.one(MAIL, [notice.id, why]);
    if (won) told.inc({ kind: notice.kind, outcome: 'mailed' });
    return true;
  }

  /** What is left when no device has it: a mail where one makes sense. */
  function otherwise(notice: Claimed, to: Recipient, why: string, failed: boolean): Promise<boolean> {
    if (KINDS[notice.kind].mail && to.mail) return mail(notice, why);
    return finish(notice, failed ? 'failed' : 'dropped', why);
  }

  async function pushAll(
    notice: Claimed,
    to: Recipient,
    standing: Extract<Standing, { say: 'tell' }>,
  ): Promise<boolean> {
    const { kind, reached, expiresAt, now } = notice;
    const ttlSeconds = (expiresAt.getTime() - now.getTime()) / 1_000;
    const message = { kind, ...standing.said, url: standing.url, tag: standing.tag, dropId: standing.dropId };
    const open = to.devices.filter(({ id }) => !reached.includes(id));
    const outcomes = await Promise.all(
      open.map((device) => pusher.push(device, message, { ttlSeconds, urgency: KINDS[kind].urgency })),
    );
    const has = [...reached, ...open.filter((_, i) => outcomes[i]?.state === 'taken').map(({ id }) => id)];
    const waiting = outcomes.filter(
      (one): one is Extract<PushOutcome, { state: 'later' }> => one.state === 'later',
    );
    const pause = Math.max(
      pauses[Math.min(notice.tries, pauses.length) - 1] ?? 0,
      ...waiting.map(({ afterSeconds }) => afterSeconds ?? 0),
    );
    const why = waiting[0]?.why;
    if (why !== undefined && now.getTime() + pause * 1_000 < expiresAt.getTime())
      return later(notice, pause, why, has, true);
    if (has.length > 0) return finish(notice, 'sent', why ?? null, has);
    return otherwise(notice, to, why ?? 'no device took it', true);
  }

  async function tell(notice: Claimed, to: Recipient | undefined, standing: Standing): Promise<boolean> {
    const { kind } = notice;
    const [now, expiresAt] = [notice.now.getTime(), notice.expiresAt.getTime()];
    if (!to) return finish(notice, 'dropped', 'the account is closed');
    if (now >= expiresAt) {
      if (notice.reached.length > 0) return finish(notice, 'sent', 'too late for some devices');
      return finish(notice, 'dropped', 'too late');
    }
    if (standing.say === 'gone') return finish(notice, 'dropped', standing.why);
    if (standing.say === 'again') {
      await db.all(FORGET, [notice.id]);
      return true;
    }
    if (kind === 'suggestion' && !to.suggestions)
      return finish(notice, 'dropped', 'suggestions are not wanted');
    const at = whenToTell(KINDS[kind], kind, to, { now, expiresAt, timeZone });
    if (at === null) return finish(notice, 'dropped', 'worthless after the quiet hours');
    if (at > now) return later(notice, (at - now) / 1_000, 'quiet hours', notice.reached, false);
    if (to.devices.length === 0) return otherwise(notice, to, 'no device', false);
    return pushAll(notice, to, standing);
  }

  return {
    async sendDue(urgent) {
      const claimed = await db.all<Claimed>(CLAIM, [LIMITS.noticesAtOnce, LIMITS.noticeLeaseSeconds, urgent]);
      if (claimed.length === 0) return { done: 0, more: false };
      const now = claimed[0]?.now.getTime() ?? 0;
      const [standings, recipients] = await Promise.all([
        readStandings(db, suggest, claimed, now),
        readRecipients(
          db,
          claimed.map(({ userId }) => userId),
        ),
      ]);
      const ends = await Promise.all(
        claimed.map(async (notice) => {
          try {
            return await tell(notice, recipients.get(notice.userId), standings.get(notice.id) as Standing);
          } catch (err) {
            // Its lease brings it back: one that cannot be told holds up no other.
            log.error({ err, noticeId: notice.id, kind: notice.kind }, 'notice');
            return false;
          }
        }),
      );
      return { done: ends.filter(Boolean).length, more: claimed.length === LIMITS.noticesAtOnce };
    },
  };
}
