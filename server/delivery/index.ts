/** Delivery: what a fan gets for the money. Mails, tickets on paper, invoices (rules M…). */
import type { Registry } from 'prom-client';
import type { BreakerPart, Breakers } from '../breakers/index.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { NoticeLetterOf } from '../notifications/index.ts';
import type { MailView, Result } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { LinkOf } from './account-mail.ts';
import type { Sender } from './compose-mail.ts';
import { createJobs, type DeliveryJobs } from './jobs.ts';
import {
  type MailPage,
  type OperatedMail,
  type ReadMail,
  readAllMails,
  readMyMail,
  readMyMails,
} from './mailbox.ts';
import { createPaper, type Paper } from './paper.ts';
import { createPress } from './press.ts';
import { type ResendRequest, resend } from './resend.ts';
import { createSending } from './send.ts';
import { createTiming } from './time-to-ticket.ts';
import { localMailbox, MailDeferred, MailRefused, smtpTransport, type Transport } from './transport.ts';

export type { DeliveryJobs } from './jobs.ts';
export { mailRoutes } from './routes-mails.ts';
export { paperRoutes } from './routes-paper.ts';

export interface DeliveryDeps {
  ledger: Pick<Ledger, 'reads' | 'payments'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  from: Sender;
  /** Undefined: mails stay in the local mailbox. */
  smtpUrl: string | undefined;
  breakers: Pick<Breakers, 'of'>;
  /** Where the link of an account's letter leads to. */
  linkOf: LinkOf;
  /** What a mail says of a notice; default: there are none. */
  noticeOf?: NoticeLetterOf;
  registry?: Registry | undefined;
  /** Overrides for tests. */
  transport?: Transport;
  pausesSeconds?: readonly number[];
  mailTimeoutMs?: number;
}

export interface Delivery {
  mails: {
    mine(userId: string, limit: number, after: string | null): Promise<MailPage<MailView>>;
    all(status: string | null, limit: number, after: string | null): Promise<MailPage<OperatedMail>>;
    read(userId: string, mailId: string): Promise<Result<ReadMail>>;
  };
  paper: Paper;
  resend(request: ResendRequest): Promise<Result<MailView>>;
  /** For the worker: what follows a payment, a refund, a move. */
  jobs: DeliveryJobs;
  /** For the worker's loop. */
  sendDue(): Promise<{ sent: number; more: boolean }>;
  /** Of the mail server; null: there is none to be away. */
  breaker: BreakerPart | null;
  close(): Promise<void>;
}

export function createDelivery(deps: DeliveryDeps): Delivery {
  const { ledger, clock, ids, log, from } = deps;
  const db = ledger.reads;
  const noticeOf = deps.noticeOf ?? (async () => null);
  const transport =
    deps.transport ?? (deps.smtpUrl === undefined ? localMailbox : smtpTransport(deps.smtpUrl));
  const breaker = transport.keeps
    ? null
    : deps.breakers.of({
        name: 'e-mail',
        label: 'our mail server',
        timeoutMs: deps.mailTimeoutMs ?? LIMITS.mailTimeoutMs,
        probe: () => transport.probe(),
        // An answer about one mail shows that the server is there.
        isFailure: (err) => !(err instanceof MailRefused || err instanceof MailDeferred),
      });
  const press = createPress({ log });
  const timing = createTiming(db, deps.registry);
  const sending = createSending({
    db,
    log,
    press,
    transport,
    breaker,
    from,
    timing,
    linkOf: deps.linkOf,
    noticeOf,
    ...(deps.pausesSeconds ? { pausesSeconds: deps.pausesSeconds } : {}),
  });
  return {
    mails: {
      mine: (userId, limit, after) => readMyMails(db, userId, limit, after),
      all: (status, limit, after) => readAllMails(db, status, limit, after),
      read: (userId, mailId) => readMyMail({ db, press, from, noticeOf }, userId, mailId),
    },
    paper: createPaper({ reads: db, payments: ledger.payments, clock, press }),
    resend: (request) => resend(db, ids, request),
    jobs: createJobs({ db, ids, timing, noticeOf }),
    sendDue: () => sending.sendDue(),
    breaker,
    async close() {
      transport.close();
      await press.close();
    },
  };
}
