/** Makes a new model when something has happened since the last one (rules J7, J8). Any worker may; two at once make the same twice. */
import { Worker } from 'node:worker_threads';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Quality } from './model.ts';
import { keepModel, newestModel, type Trained } from './models.ts';
import { readBehaviour } from './read-behaviour.ts';
import type { TrainAnswer, TrainOrder } from './train-thread.ts';

const CHANGED = statement(
  'recommendations_changed_since',
  `select exists (select from ticketing.tickets where id >= events.first_id_at($1))
       or exists (select from recommendations.views where at >= $1)
       or exists (select from ticketing.refunds where created_at >= $1) as changed`,
);

export interface TrainerDeps {
  ledger: Pick<Ledger, 'reads'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
}

export interface TrainReport {
  modelId: string;
  deeds: number;
  quality: Quality | null;
}

export interface Trainer {
  /** Null: nothing has changed. `always`: also then. @throws when there could be none */
  train(options?: { always?: boolean; seed?: number }): Promise<TrainReport | null>;
  stop(): Promise<void>;
}

const THREAD = new URL('./train-thread.ts', import.meta.url);

export function createTrainer({ ledger, clock, ids, log }: TrainerDeps): Trainer {
  let thread: Worker | undefined;

  async function due(nowMs: number): Promise<boolean> {
    const newest = await newestModel(ledger.reads);
    if (!newest) return true;
    if (nowMs - newest.trainedAt.getTime() > LIMITS.retrainSeconds * 1_000) return true;
    const row = await ledger.reads.one<{ changed: boolean }>(CHANGED, [newest.trainedAt]);
    return row?.changed === true;
  }

  /** A thread of its own for each model: its memory goes with it. */
  function start(): { post(order: TrainOrder): void; answer: Promise<Trained>; end(): Promise<void> } {
    const started = new Worker(THREAD, {
      // No secrets in there: it only counts what it is handed.
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.trainMemoryMb },
    });
    thread = started;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Trained>((resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no model after ${LIMITS.trainGiveUpMs} ms`)),
        LIMITS.trainGiveUpMs,
      ).unref();
      started.on('message', (told: TrainAnswer) =>
        'trained' in told ? resolve(told.trained) : reject(new Error(`training failed: ${told.error}`)),
      );
      started.on('error', reject);
      started.on('exit', (code) => reject(new Error(`the training thread ended with ${code}`)));
    });
    // Whoever reads pages may fail first; the thread's end is then nobody's surprise.
    answer.catch(() => undefined);
    return {
      post: (order) => started.postMessage(order),
      answer,
      async end() {
        clearTimeout(timer);
        if (thread === started) thread = undefined;
        await started.terminate();
      },
    };
  }

  return {
    async train({ always = false, seed } = {}) {
      // Before it reads: what happens meanwhile is for the next one.
      const startedMs = clock.now();
      if (!always && !(await due(startedMs))) return null;
      const { post, answer, end } = start();
      try {
        const deeds = await readBehaviour(ledger.reads, {
          events: (events) => post({ kind: 'events', events }),
          deeds: (bought, rows) => post({ kind: 'deeds', bought, rows }),
        });
        post({ kind: 'train', nowMs: startedMs, seed: seed ?? Math.floor(startedMs / 1_000) % 2 ** 31 });
        const trained = await answer;
        const modelId = ids.next();
        const tookMs = clock.now() - startedMs;
        await keepModel(ledger.reads, modelId, new Date(startedMs), tookMs, trained);
        const { people, traits, quality } = trained;
        log.info(
          { modelId, deeds: trained.deeds, people, traits, tookMs, quality },
          'recommendations learned',
        );
        return { modelId, deeds, quality };
      } finally {
        await end();
      }
    },
    async stop() {
      await thread?.terminate();
    },
  };
}
