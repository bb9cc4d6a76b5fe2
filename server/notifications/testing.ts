/** What tests of notifications stand on: a ledger, a push service of our own, and notices told by hand. */
import { Registry } from 'prom-client';
import { createBreakers } from '../breakers/index.ts';
import type { EventSeed, MadeEvent, TestWorld } from '../stores/testing.ts';
import { testWorld } from '../stores/testing.ts';
import { createNotifications, type Notifications, type NotificationsDeps } from './index.ts';
import { type Browser, type Receiver, startReceiver } from './testing-receiver.ts';

export interface NoticeRow {
  id: string;
  kind: string;
  subject: string;
  status: string;
  outcome: string | null;
  tries: number;
  try_at: Date;
  reached: string[];
}

export interface NotificationsWorld {
  world: TestWorld;
  receiver: Receiver;
  registry: Registry;
  notifications: Notifications;
  /** Another process's, over other settings. */
  another(deps?: Partial<NotificationsDeps>): Notifications;
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A fan with so many devices. */
  fan(devices?: number): Promise<{ id: string; email: string; browsers: Browser[]; deviceIds: string[] }>;
  /** A live sale with a line that calls so many a second, all of whom have claimed or left. */
  line(perSecond?: number, seed?: EventSeed): Promise<MadeEvent>;
  notices(userId: string): Promise<NoticeRow[]>;
  /** Until nothing is due any more. */
  sendAll(by?: Notifications): Promise<void>;
  told(browser: Browser): Receiver['received'];
  /** Runs what waits in the outbox. */
  runJobs(by?: Notifications): Promise<void>;
  close(): Promise<void>;
}

export async function notificationsWorld(): Promise<NotificationsWorld> {
  const [world, receiver] = await Promise.all([testWorld(), startReceiver()]);
  const breakers = createBreakers({ clock: world.clock, log: world.log });
  const registry = new Registry();
  const open: Notifications[] = [];
  const another: NotificationsWorld['another'] = (deps = {}) => {
    const made = createNotifications({
      ...world,
      breakers,
      push: { hosts: [receiver.origin], contact: 'mailto:ops@hall.example' },
      suggest: async () => new Map(),
      pages: 'https://hall.example',
      timeZone: 'UTC',
      ...deps,
    });
    open.push(made);
    return made;
  };
  const notifications = another({ registry });
  const sql = async <Row>(text: string, values: unknown[] = []) =>
    (await world.ledger.reads.raw.query(text, values)).rows as Row[];

  return {
    world,
    receiver,
    registry,
    notifications,
    another,
    sql,
    async fan(devices = 1) {
      const user = await world.createUser();
      const browsers = Array.from({ length: devices }, () => receiver.browser());
      const deviceIds: string[] = [];
      for (const browser of browsers) {
        const kept = await notifications.devices.keep(user.id, { ...browser, name: 'Firefox on Linux' });
        if (!kept.ok) throw new Error(kept.error.code);
        deviceIds.push(kept.value.id);
      }
      return { ...user, browsers, deviceIds };
    },
    async line(perSecond = 1, seed = {}) {
      const made = await world.createEvent({
        title: 'The Kelp',
        tiers: [{ quantity: 100_000 }],
        ...seed,
        drop: { hasLine: true, phase: 'live', ...seed.drop },
      });
      await sql(
        `insert into ticketing.call_rates (drop_id, bucket, calls)
         select $1, date_bin('10 seconds', now(), 'epoch'::timestamptz) - make_interval(secs => 10 * n), greatest(1, $2::float8 * 10)::int
           from generate_series(0, 9) n`,
        [made.dropId, perSecond],
      );
      return made;
    },
    notices: (userId) =>
      sql<NoticeRow>('select * from notifications.notices where user_id = $1 order by created_at, kind', [
        userId,
      ]),
    async sendAll(by = notifications) {
      for (const urgent of [true, false]) while ((await by.sending.sendDue(urgent)).done > 0);
    },
    told: ({ endpoint }) => receiver.received.filter((push) => push.endpoint === endpoint),
    async runJobs(by = notifications) {
      const rows = await sql<{ topic: string; payload: unknown }>(
        'with due as (delete from ticketing.outbox returning *) select * from due order by id',
      );
      for (const { topic, payload } of rows) await by.jobs[topic]?.(payload);
    },
    async close() {
      for (const one of open) one.close();
      breakers.stop();
      await receiver.close();
      await world.close();
    },
  };
}
