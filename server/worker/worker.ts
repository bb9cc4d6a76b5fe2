/**
 * The worker: everything that happens without anybody asking. What must happen within seconds (calls, expiry, credits)
 * is a loop of its own; what may wait is a job. Any number of workers may run: a lease spares them the work twice, and
 * where it fails, the ledger's compare-and-set decides (rules W1…).
 */
import type { Registry } from 'prom-client';
import { Counter } from 'prom-client';
import { type Clock, everyLoop, type Ids, type Logger, type Loop, type LoopHealth } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { OrderView, ServerEvents } from '../protocol/index.ts';
import { createPool, type Ledger, type Redis, statement } from '../stores/index.ts';
import type { Chore, Notify } from '../transport/index.ts';
import { createJobRunner, type Jobs } from './jobs.ts';
import { createLease } from './lease.ts';
import { purgeOld } from './purge.ts';

const OPEN_DROPS = statement(
  'worker_open_drops',
  `select id from ticketing.drops where phase not in ('ended', 'canceled') order by opens_at`,
);

interface MovedPlace {
  placeId: string;
  userId: string;
  number: number;
}

/** What the worker asks of the slices; each function is safe to call anywhere, any number of times at once. */
export interface WorkerSlices {
  queue: {
    step(
      dropId: string,
      options?: { health?: number },
    ): Promise<{
      called: readonly MovedPlace[];
      lapsed: readonly MovedPlace[];
      expired: readonly MovedPlace[];
    } | null>;
  };
  holds: {
    sweep(): Promise<readonly { holdId: string; userId: string; dropId: string }[]>;
    relayCredits(): Promise<number>;
    purgeGates(): Promise<number>;
    resolvePending(): Promise<{ confirmed: number; returned: number }>;
    audit(): Promise<{ drops: number; drifting: number; reopened: number }>;
    /** Shows every edge what the ledger has sold; steps publish the line's own changes. */
    readonly gate: { publish(dropId: string): Promise<void> };
  };
  seating: {
    /** Lets go the seats of channels whose time has come. */
    readonly channels: { releaseDue(): Promise<{ channels: number; seats: number }> };
  };
  pricing: {
    /** Takes tiers to the prices their rules say now. */
    readonly rules: { followDue(): Promise<number> };
  };
  checkout: { recover(): Promise<{ looked: number; settled: number; failed: number }> };
  /** Sends money that is on its way back. */
  refunds: { settle(): Promise<{ looked: number; settled: number; failed: number }> };
  /** The night's comparison of ledger, provider and tickets, once it is due. */
  reconciler?: { tick(signal: AbortSignal): Promise<{ night: string | null; settled: number }> };
  /** Sends the mails that are due. */
  delivery?: { sendDue(): Promise<{ sent: number; more: boolean }> };
  /** The order as its owner sees it, for the push after a payment. */
  orderOf(orderId: string): Promise<{ userId: string; view: OrderView } | null>;
  /** How much of a drop's cap checkout can bear now, 0 to 1. */
  health?(): number;
}

export interface WorkerOptions extends WorkerSlices {
  ledger: Ledger;
  databaseUrl: string;
  redis: Redis;
  clock: Clock;
  ids: Ids;
  log: Logger;
  notify: Notify;
  /** Further jobs, by outbox topic. */
  jobs?: Jobs;
  chores?: readonly Chore[];
  registry?: Registry;
  /** Overrides for tests, ms. */
  unlockAfterMs?: number;
}

export interface Worker {
  start(): void;
  /** Lets what runs finish; resolves when all loops and jobs have stopped. */
  stop(): Promise<void>;
  health(): LoopHealth[];
}

type Tell = <Event extends keyof ServerEvents>(
  userId: string,
  event: Event,
  payload: ServerEvents[Event],
) => void;

/** Counters of the work done, by kind. */
function countWork(registry: Registry | undefined): (kind: string, n: number) => void {
  const done = new Map<string, number>();
  if (registry)
    new Counter({
      name: 'holdfast_worker_work_total',
      help: 'Things the worker did, by kind',
      labelNames: ['kind'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [kind, n] of done) this.inc({ kind }, n);
      },
    });
  return (kind, n) => void (n > 0 && done.set(kind, (done.get(kind) ?? 0) + n));
}

/** One pass over the open drops: their lines move, and those who moved are told. */
async function stepLines(
  options: WorkerOptions,
  tell: Tell,
  count: (kind: string, n: number) => void,
): Promise<void> {
  const drops = await options.ledger.reads.all<{ id: string }>(OPEN_DROPS);
  const health = options.health?.() ?? 1;
  const outcomes = await Promise.allSettled(
    drops.map(async ({ id: dropId }) => {
      const change = await options.queue.step(dropId, { health });
      if (!change) return;
      const moved = { called: change.called, late: change.lapsed, expired: change.expired };
      for (const [state, places] of Object.entries(moved)) {
        count(state, places.length);
        for (const { placeId, userId, number } of places)
          tell(userId, 'place:updated', { placeId, dropId, number, state });
      }
    }),
  );
  // One drop that cannot be stepped must not hold up the others; it is what this pass reports.
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

function paidJobs(options: WorkerOptions, tell: Tell): Jobs {
  const pushOrder = async (payload: unknown): Promise<void> => {
    const order = await options.orderOf((payload as { orderId: string }).orderId);
    if (order) tell(order.userId, 'order:updated', order.view);
  };
  return {
    'order.paid': pushOrder,
    'tickets.released': pushOrder,
    'ticket.moved': pushOrder,
    'refund.decided': pushOrder,
    'refund.settled': pushOrder,
    ...options.jobs,
  };
}

export function createWorker(options: WorkerOptions): Worker {
  const { ledger, clock, log, notify, holds, checkout } = options;
  const stopping = new AbortController();
  const lease = createLease(options.redis, options.ids.next());
  const count = countWork(options.registry);
  const tell: Tell = (userId, event, payload) => notify.toUser(userId, event, payload);
  const pool = createPool(
    {
      url: options.databaseUrl,
      max: 5,
      name: 'jobs',
      statementTimeoutMs: LIMITS.readStatementTimeoutMs,
      lockTimeoutMs: LIMITS.holdLockTimeoutMs,
    },
    log,
  );
  const jobs = createJobRunner({
    pool,
    db: ledger.reads,
    log,
    jobs: paidJobs(options, tell),
    ...(options.unlockAfterMs === undefined ? {} : { unlockAfterMs: options.unlockAfterMs }),
  });
  const loops: Loop[] = [];

  /** `shared`: only the lease's holder does it. */
  function loop(name: string, everyMs: number, shared: boolean, work: () => Promise<unknown>): void {
    loops.push(
      everyLoop({ name, everyMs, clock, log, signal: stopping.signal }, async () =>
        shared && !(await lease.mine(name)) ? false : work(),
      ),
    );
  }

  function startLoops(): void {
    loop('lines', LIMITS.stepLineEveryMs, true, () => stepLines(options, tell, count));
    loop('sweep', LIMITS.sweepEveryMs, true, async () => {
      const ended = await holds.sweep();
      count('hold_expired', ended.length);
      for (const { holdId, userId, dropId } of ended) tell(userId, 'hold:expired', { holdId, dropId });
    });
    loop('credits', LIMITS.sweepEveryMs, true, async () => count('credit', await holds.relayCredits()));
    loop('pending', LIMITS.pendingEveryMs, true, async () => {
      const { confirmed, returned } = await holds.resolvePending();
      count('pending_confirmed', confirmed);
      count('pending_returned', returned);
    });
    loop('channels', LIMITS.releaseChannelsEveryMs, true, async () =>
      count('seats_let_go', (await options.seating.channels.releaseDue()).seats),
    );
    loop('prices', LIMITS.followRulesEveryMs, true, async () =>
      count('price_followed', await options.pricing.rules.followDue()),
    );
    loop('publish', LIMITS.publishEveryMs, true, async () => {
      const drops = await ledger.reads.all<{ id: string }>(OPEN_DROPS);
      await Promise.all(drops.map(({ id }) => holds.gate.publish(id)));
    });
    loop('audit', LIMITS.auditEveryMs, true, async () =>
      count('gate_reopened', (await holds.audit()).reopened),
    );
    // Shared by row locks, not by a lease: two workers settle two payments.
    loop('recover', LIMITS.recoverEveryMs, false, async () =>
      count('payment_settled', (await checkout.recover()).settled),
    );
    loop('refunds', LIMITS.refundEveryMs, false, async () =>
      count('refund_settled', (await options.refunds.settle()).settled),
    );
    loop('jobs', LIMITS.jobHeartbeatMs, false, async () => {
      await jobs.keepRunning();
      count('workers_lost', await jobs.heartbeat());
    });
    loop('outbox', LIMITS.outboxEveryMs, false, async () => {
      const { relayed, more } = await jobs.relay();
      count('outbox', relayed);
      return more;
    });
    // Shared by the night's row: whoever writes it has the run.
    const { reconciler } = options;
    if (reconciler)
      loop('reconcile', LIMITS.reconcileEveryMs, false, async () => {
        const { night, settled } = await reconciler.tick(stopping.signal);
        count('night_reconciled', night === null ? 0 : 1);
        count('finding_settled', settled);
      });
    // Shared by leases on the mails themselves.
    const { delivery } = options;
    if (delivery)
      loop('mails', LIMITS.mailsEveryMs, false, async () => {
        const { sent, more } = await delivery.sendDue();
        count('mail_sent', sent);
        return more;
      });
    for (const chore of options.chores ?? [])
      loop(chore.name, chore.everyMs, chore.shared ?? false, async () => {
        const { done, more } = await chore.work();
        count(chore.name, done);
        return more;
      });
    loop('purge', LIMITS.purgeEveryMs, true, async () => {
      count('gate_purged', await holds.purgeGates());
      return (await purgeOld(ledger.reads)).more;
    });
  }

  return {
    start() {
      if (loops.length > 0) throw new Error('this worker runs already');
      startLoops();
    },
    async stop() {
      stopping.abort(new Error('worker stopping'));
      await Promise.all(loops.map((l) => l.done));
      await jobs.stop();
      await lease.release();
      await pool.end();
    },
    health: () => loops.map((l) => l.health()),
  };
}
