/**
 * Jobs: what may wait a little and must not be forgotten (mails, pushes after a payment), run by graphile-worker from
 * the ledger. They leave a transaction as rows of our outbox; `relay` hands them over in bulk. At least once: a job may
 * run again after a crash, so each one is written to be harmless the second time.
 */
import { EventEmitter } from 'node:events';
import { Logger as JobLogger, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker';
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, type Pool, sqlFile, statement } from '../stores/index.ts';

const RELAY = sqlFile(import.meta.url, 'relay-outbox.sql');
const UNLOCK = sqlFile(import.meta.url, 'unlock-jobs.sql');
const SEEN = statement(
  'worker_seen',
  `insert into ticketing.workers (id) select unnest($1::text[])
   on conflict (id) do update set seen_at = now()`,
);
const FORGET = statement('worker_forget', 'delete from ticketing.workers where id = any ($1)');
const FORGET_OLD = statement(
  'worker_forget_old',
  `delete from ticketing.workers w where w.seen_at < now() - interval '1 day'`,
);

/** By outbox topic. Throwing means "again later" (with the runner's growing pauses). */
export type Jobs = Record<string, (payload: unknown) => Promise<void>>;

/** Several sets as one: a topic that more than one of them listens to runs all of theirs, in this order. */
export function combineJobs(...sets: readonly Jobs[]): Jobs {
  const combined: Jobs = {};
  for (const [topic, job] of sets.flatMap((set) => Object.entries(set))) {
    const before = combined[topic];
    combined[topic] = before
      ? async (payload) => {
          await before(payload);
          await job(payload);
        }
      : job;
  }
  return combined;
}

export interface JobRunner {
  /** Starts the runner unless it runs; it migrates its own schema. @throws while the ledger is away */
  keepRunning(): Promise<void>;
  /** Outbox rows handed over; a full batch means there may be more. */
  relay(): Promise<{ relayed: number; more: boolean }>;
  /** Says this worker lives, and frees the jobs of those that do not. Returns how many dead ones were found. */
  heartbeat(): Promise<number>;
  /** Lets running jobs finish. */
  stop(): Promise<void>;
}

export function createJobRunner(deps: {
  pool: Pool;
  db: Db;
  log: Logger;
  jobs: Jobs;
  unlockAfterMs?: number;
}): JobRunner {
  const { pool, db, log } = deps;
  const unlockAfterMs = deps.unlockAfterMs ?? LIMITS.jobUnlockMs;
  let runner: Runner | undefined;
  let starting: Promise<void> | undefined;
  const ids = new Set<string>();

  const taskList: TaskList = Object.fromEntries(
    Object.entries(deps.jobs).map(([topic, job]) => [topic, (payload: unknown) => job(payload)]),
  );
  const logger = new JobLogger((scope) => (level, message) => {
    if (level === 'error' || level === 'warning')
      log.warn({ scope: scope.label, task: scope.taskIdentifier }, message);
    else log.debug({ scope: scope.label }, message);
  });

  async function start(): Promise<void> {
    const events: WorkerEvents = new EventEmitter();
    const mine = new Set<string>();
    const add = (id: string): void => {
      mine.add(id);
      ids.add(id);
    };
    events.on('pool:create', ({ workerPool }) => add(workerPool.id));
    events.on('worker:create', ({ worker }) => add(worker.workerId));
    const started = await run({
      events,
      pgPool: pool.raw,
      taskList,
      logger,
      concurrency: LIMITS.jobsAtOnce,
      pollInterval: 1_000,
      // Jobs are fetched and finished in bulk: one by one, a sale's pushes and webhooks pile up behind two statements each.
      // What a killed worker had fetched is freed like what it ran: by its heartbeat.
      preset: {
        worker: {
          localQueue: { size: LIMITS.jobsFetchedMax, ttl: LIMITS.jobsKeptMs },
          completeJobBatchDelay: LIMITS.jobsFinishedEveryMs,
        },
      },
      noHandleSignals: true,
      schema: 'graphile_worker',
    });
    runner = started;
    started.promise
      .catch((err: unknown) => log.warn({ err }, 'job runner ended'))
      .finally(() => {
        if (runner === started) runner = undefined;
        // Not seen again: jobs it still had are freed like a dead worker's.
        for (const id of mine) ids.delete(id);
      });
  }

  return {
    async keepRunning() {
      if (runner) return;
      starting ??= start().finally(() => {
        starting = undefined;
      });
      await starting;
    },
    async relay() {
      // Its schema is made when the runner first starts.
      if (!runner) return { relayed: 0, more: false };
      const row = await db.one<{ relayed: number }>(RELAY, [LIMITS.outboxBatchMax]);
      const relayed = row?.relayed ?? 0;
      return { relayed, more: relayed === LIMITS.outboxBatchMax };
    },
    async heartbeat() {
      if (ids.size > 0) await db.all(SEEN, [[...ids]]);
      await db.all(FORGET_OLD);
      const row = await db.one<{ workers: number }>(UNLOCK, [unlockAfterMs / 1000]);
      return row?.workers ?? 0;
    },
    async stop() {
      const gone = [...ids];
      await runner?.stop();
      if (gone.length > 0) await db.all(FORGET, [gone]);
    },
  };
}
