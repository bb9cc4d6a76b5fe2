/**
 * Sends what is due (rules M10 to M17).
 *
 *   queued ─claimed for two minutes─▶ made ─▶ handed over ─▶ sent
 *      ▲                                │ not now: again after 5 s, 20 s, 1 min … 1 h
 *      └────────────────────────────────┘ never (5xx), or three days over: failed
 *
 * A loop of its own rather than a job per mail: a mail server that hangs would hold the job runner's places, and with them
 * pushes, refunds and webhooks. Claims are leases in the ledger, so any number of workers may send.
 *
 * Between the server's "250 taken" and our writing it down a process may die: then the mail is sent once more, with the same
 * Message-ID. SMTP knows no better promise.
 */
import { type ServiceBreaker, ServiceUnavailable } from '../breakers/index.ts';
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { NoticeLetterOf } from '../notifications/index.ts';
import { type Db, statement } from '../stores/index.ts';
import type { LinkOf } from './account-mail.ts';
import { composeMail, type MailRow, type Sender } from './compose-mail.ts';
import { attachmentsOf } from './mail.ts';
import type { Press } from './press.ts';
import type { Timing } from './time-to-ticket.ts';
import { MailDeferred, MailRefused, type Transport } from './transport.ts';

const CLAIM = statement(
  'mails_claim',
  `update delivery.mails m set tries = m.tries + 1, try_at = now() + make_interval(secs => $2)
    where m.id in (select d.id from delivery.mails d where d.status = 'queued' and d.try_at <= now()
                    order by d.try_at limit $1 for update skip locked)
   returning m.id, m.kind, m.about, m.order_id as "orderId", m.refund_id as "refundId", m.to_name as "toName",
             m.to_address as "toAddress", m.reason, m.tries, m.created_at as "createdAt",
             m.created_at < now() - make_interval(secs => $3) as "isOld"`,
);
/** Only the first of two who sent it writes it down, so that it is counted once. */
const SENT = statement(
  'mail_sent',
  `update delivery.mails set status = 'sent', sent_at = clock_timestamp(), failure = null, subject = $2, attachments = $3, raw = $4
    where id = $1 and status = 'queued' returning id`,
);
const LATER = statement(
  'mail_later',
  `update delivery.mails set try_at = now() + make_interval(secs => $2), tries = tries - $4, failure = $3
    where id = $1 and status = 'queued'`,
);
const FAILED = statement(
  'mail_failed',
  `update delivery.mails set status = 'failed', failure = $2 where id = $1 and status = 'queued'`,
);

interface Claimed extends MailRow {
  tries: number;
  isOld: boolean;
}

export interface SendDeps {
  db: Db;
  log: Logger;
  press: Pick<Press, 'mail'>;
  transport: Transport;
  /** Null: the transport is our own ledger. */
  breaker: Pick<ServiceBreaker, 'run' | 'state'> | null;
  from: Sender;
  timing: Timing;
  linkOf: LinkOf;
  noticeOf: NoticeLetterOf;
  /** Default: limits.ts. */
  pausesSeconds?: readonly number[];
}

export interface Sending {
  /** Mails sent in this round; more: there may be others. */
  sendDue(): Promise<{ sent: number; more: boolean }>;
}

const FAILURE_LENGTH = 500;
export const GONE = 'there was nothing left to send: what it was about is over';

export function createSending(deps: SendDeps): Sending {
  const { db, log, press, transport, breaker, from, timing } = deps;
  const pauses = deps.pausesSeconds ?? LIMITS.mailRetryPausesSeconds;

  const later = (mail: Claimed, why: string, tryCounts: boolean): Promise<unknown> => {
    const pause = pauses[Math.min(mail.tries, pauses.length) - 1] ?? 0;
    return db.all(LATER, [mail.id, pause, why.slice(0, FAILURE_LENGTH), tryCounts ? 0 : 1]);
  };
  const failed = async (mail: Claimed, why: string): Promise<void> => {
    await db.all(FAILED, [mail.id, why.slice(0, FAILURE_LENGTH)]);
    log.warn({ mailId: mail.id, kind: mail.kind, tries: mail.tries }, 'mail failed');
  };

  async function trouble(mail: Claimed, err: unknown): Promise<void> {
    const why = err instanceof Error ? err.message : String(err);
    if (err instanceof MailRefused) return failed(mail, why);
    // Nothing was tried: it must not look as if it was.
    if (err instanceof ServiceUnavailable) return void (await later(mail, why, false));
    if (mail.isOld) return failed(mail, `given up: ${why}`);
    if (!(err instanceof MailDeferred)) log.warn({ err, mailId: mail.id, tries: mail.tries }, 'mail');
    await later(mail, why, true);
  }

  async function send(mail: Claimed): Promise<boolean> {
    try {
      const parts = await composeMail(db, from, mail, deps.linkOf, deps.noticeOf);
      if (!parts) {
        await failed(mail, GONE);
        return false;
      }
      const raw = await press.mail(parts);
      const hand = () => transport.send({ from: from.address, to: mail.toAddress, raw });
      await (breaker ? breaker.run(hand) : hand());
      const kept = transport.keeps ? raw : null;
      const won = await db.one(SENT, [mail.id, parts.letter.subject, attachmentsOf(parts), kept]);
      if (won && mail.kind === 'confirmation') await timing.mailed(mail.id);
      return true;
    } catch (err) {
      await trouble(mail, err);
      return false;
    }
  }

  return {
    async sendDue() {
      if (breaker?.state() === 'unavailable') return { sent: 0, more: false };
      const claimed = await db.all<Claimed>(CLAIM, [
        LIMITS.mailsInFlight,
        LIMITS.mailLeaseSeconds,
        LIMITS.mailGiveUpSeconds,
      ]);
      const outcomes = await Promise.all(claimed.map(send));
      return { sent: outcomes.filter(Boolean).length, more: claimed.length === LIMITS.mailsInFlight };
    },
  };
}
