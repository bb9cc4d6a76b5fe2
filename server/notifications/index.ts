/** Notifications: what fans are told when no page of ours is open. RULES.md says what holds here. */
import type { Registry } from 'prom-client';
import type { BreakerPart, Breakers } from '../breakers/index.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse, type TestedView } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Chore } from '../transport/index.ts';
import { createDevices, type Devices } from './devices.ts';
import { createFinding, type Finding } from './find.ts';
import { createNoticeLetter, type NoticeLetterOf } from './letter.ts';
import { createPoster, type Resolve } from './post.ts';
import { createPusher } from './push.ts';
import { createReminders, type Reminders } from './reminders.ts';
import { createSending, type Sending } from './send.ts';
import type { Suggest } from './suggest.ts';
import { createUnsubscribe, type Unsubscribe } from './unsubscribe.ts';
import { WORDS } from './words.ts';

export type { NoticeLetter, NoticeLetterOf } from './letter.ts';
export { notificationRoutes } from './routes.ts';
export { type Suggest, type Suggestion, withReasons } from './suggest.ts';

export interface NotificationsDeps {
  ledger: Pick<Ledger, 'reads'>;
  keys: KeyRing;
  clock: Clock;
  ids: Ids;
  log: Logger;
  breakers: Pick<Breakers, 'of'>;
  push: { hosts: readonly string[]; contact: string };
  /** What may be suggested to whom. */
  suggest: Suggest;
  /** Where the pages are: `https://tickets.example` */
  pages: string;
  /** The zone of whoever has said none. */
  timeZone: string;
  registry?: Registry | undefined;
  /** Overrides for tests. */
  resolve?: Resolve;
  pausesSeconds?: readonly number[];
  timeoutMs?: number;
}

export interface Notifications {
  /** Base64url, as browsers take it. */
  readonly publicKey: string;
  devices: Devices;
  reminders: Reminders;
  unsubscribe: Unsubscribe;
  /** Sends one at once. Refuses NOT_FOUND: no such device, or it has ended. */
  test(userId: string, deviceId: string): Promise<Result<TestedView>>;
  /** What a mail says of a notice; delivery asks. */
  letterOf: NoticeLetterOf;
  finding: Finding;
  sending: Sending;
  /** For the worker, by outbox topic. */
  jobs: Record<string, (payload: unknown) => Promise<void>>;
  chores: readonly Chore[];
  /** Push services that were asked by this process. */
  breakers(): readonly BreakerPart[];
  close(): void;
}

const PURGE = statement(
  'notices_purge',
  `delete from notifications.notices where id in (
     select id from notifications.notices where finished_at < now() - make_interval(secs => $1) limit $2) returning id`,
);

/** A test that nobody has seen for so long says nothing any more. */
const TEST_TTL_SECONDS = 60;

const textIn = (payload: unknown, name: string): string => {
  const value = (payload as Record<string, unknown> | null)?.[name];
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`a job without ${name}`);
  return String(value);
};

export function createNotifications(deps: NotificationsDeps): Notifications {
  const { keys, clock, ids, log, suggest, pages, registry } = deps;
  const db = deps.ledger.reads;
  const { hosts: own, contact } = deps.push;
  const poster = createPoster({
    nowMs: clock.now,
    ...(deps.resolve ? { resolve: deps.resolve } : {}),
    ...(deps.timeoutMs === undefined ? {} : { timeoutMs: deps.timeoutMs }),
  });
  const pusher = createPusher({
    db,
    log,
    key: keys.push,
    contact,
    own,
    poster,
    breakers: deps.breakers,
    registry,
  });
  const devices = createDevices({ pool: db, ids, own });
  const finding = createFinding(db);
  const sending = createSending({
    db,
    log,
    pusher,
    suggest,
    timeZone: deps.timeZone,
    registry,
    ...(deps.pausesSeconds ? { pausesSeconds: deps.pausesSeconds } : {}),
  });
  const unsubscribe = createUnsubscribe({ db, keys, pages });

  const chore = (name: string, everyMs: number, find: () => Promise<number>): Chore => ({
    name,
    everyMs,
    shared: true,
    work: async () => ({ done: await find() }),
  });

  return {
    publicKey: keys.push.publicKey,
    devices,
    reminders: createReminders(db),
    unsubscribe,
    async test(userId, deviceId) {
      const device = await devices.find(db, userId, deviceId);
      if (!device) return refuse('NOT_FOUND');
      const message = { kind: 'test', ...WORDS.test, url: '/profile', tag: 'test' };
      const { state } = await pusher.push(device, message, { ttlSeconds: TEST_TTL_SECONDS, urgency: 'high' });
      return ok({ state: state === 'taken' ? 'sent' : state === 'ended' ? 'ended' : 'failed' });
    },
    letterOf: createNoticeLetter({ db, suggest, pages, unsubscribe }),
    finding,
    sending,
    jobs: {
      async 'event.moved'(payload) {
        const eventId = textIn(payload, 'eventId');
        await finding.moved(eventId, `${eventId}:${textIn(payload, 'version')}`);
      },
      async 'event.canceled'(payload) {
        await finding.canceled(textIn(payload, 'eventId'));
      },
    },
    chores: [
      chore('notices_called', LIMITS.findCalledEveryMs, finding.called),
      chore('notices_soon', LIMITS.findSoonEveryMs, finding.soon),
      chore('notices_reminders', LIMITS.findRemindersEveryMs, finding.reminders),
      chore('notices_day_before', LIMITS.findDayBeforeEveryMs, finding.dayBefore),
      chore('notices_suggestions', LIMITS.suggestEveryMs, finding.suggestions),
      // Shared by row locks: every worker sends.
      { name: 'notices_urgent', everyMs: LIMITS.noticesEveryMs, work: () => sending.sendDue(true) },
      { name: 'notices', everyMs: LIMITS.noticesEveryMs, work: () => sending.sendDue(false) },
      {
        name: 'notices_purged',
        everyMs: LIMITS.purgeEveryMs,
        shared: true,
        async work() {
          const gone = await db.all(PURGE, [LIMITS.keepNoticesSeconds, LIMITS.purgeBatchMax]);
          return { done: gone.length, more: gone.length === LIMITS.purgeBatchMax };
        },
      },
    ],
    breakers: () => pusher.breakers,
    close: () => poster.close(),
  };
}
