/**
 * `holdfast_time_to_ticket_seconds`: from the moment a payment began to its codes being released, and to its mail being sent
 * (rule M45). Both ends are times the ledger wrote down. Each is observed by whoever first wrote the mail down, and by whoever
 * wrote down that it was sent: a job that runs again counts nothing twice. As every figure of `/metrics` it is this process's
 * own: add them up over all workers.
 */
import { Histogram, type Registry } from 'prom-client';
import { type Db, statement } from '../stores/index.ts';

const BEGAN = `(select p.created_at from ticketing.payments p where p.order_id = o.id
    and p.status in ('authorized', 'captured', 'refunded') order by p.created_at desc limit 1)`;
const RELEASED = statement(
  'time_to_release',
  `select extract(epoch from coalesce(o.paid_at,
            (select min(l.at) from ticketing.order_log l where l.order_id = o.id and l.to_status = 'committed'))
          - ${BEGAN})::float8 as seconds
     from ticketing.orders o where o.id = $1`,
);
const MAILED = statement(
  'time_to_mail',
  `select extract(epoch from m.sent_at - ${BEGAN})::float8 as seconds
     from delivery.mails m join ticketing.orders o on o.id = m.order_id where m.id = $1`,
);

export interface Timing {
  released(orderId: string): Promise<void>;
  mailed(mailId: string): Promise<void>;
}

export function createTiming(db: Db, registry: Registry | undefined): Timing {
  if (!registry) return { released: async () => undefined, mailed: async () => undefined };
  const histogram = new Histogram({
    name: 'holdfast_time_to_ticket_seconds',
    help: 'From the beginning of a payment to its tickets: codes released, and mail sent',
    labelNames: ['stage'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600],
    registers: [registry],
  });
  const observe = async (
    stage: string,
    asked: Promise<{ seconds: number | null } | undefined>,
  ): Promise<void> => {
    const seconds = (await asked)?.seconds ?? null;
    if (seconds !== null) histogram.observe({ stage }, Math.max(0, seconds));
  };
  return {
    released: (orderId) => observe('released', db.one(RELEASED, [orderId])),
    mailed: (mailId) => observe('mailed', db.one(MAILED, [mailId])),
  };
}
