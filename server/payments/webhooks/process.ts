/**
 * The job behind a stored event (rules P43–P47).
 *
 *   received ─▶ processed            done, or there was nothing left to do
 *      │ ╲────▶ ignored              nobody's here, or nothing that matters here; kept with the reason
 *      └──────▶ dead                 failed until patience was over; an operator sees it and may try again
 */
import type { Logger } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { type Db, statement } from '../../stores/index.ts';
import type { Count } from './count.ts';
import { createJudge, type Verdict, type WebhookHooks } from './judge.ts';
import { readEvent } from './signature.ts';

export interface ProcessDeps extends WebhookHooks {
  db: Db;
  log: Logger;
  count: Count;
  /** Of the installation's own account; null: not known. */
  livemode: boolean | null;
  /** Default limits.ts. */
  triesMax?: number;
  unknownTries?: number;
}

/** Thrown so that the job runner comes back after a pause. */
export class NotYet extends Error {}

interface Row {
  method_id: string | null;
  body: string;
  status: string;
  attempts: number;
  livemode: boolean | null;
}

const READ = statement(
  'webhook_read',
  `select w.method_id, w.body, w.status, w.attempts, m.livemode from payments.webhook_events w
     left join payments.methods m on m.id = w.method_id where w.id = $1`,
);
/** Only once: a second run of the same job has nothing left to say. */
const SETTLE = statement(
  'webhook_settle',
  `update payments.webhook_events set status = $2, attempts = attempts + 1, error = $3, processed_at = now()
    where id = $1 and status = 'received' returning 1`,
);
const NOTE = statement(
  'webhook_note',
  `update payments.webhook_events set attempts = attempts + 1, error = $2 where id = $1 and status = 'received'`,
);

const ERROR_MAX = 500;

export function createProcess(deps: ProcessDeps): (webhookId: string) => Promise<void> {
  const { db, log, count } = deps;
  const triesMax = deps.triesMax ?? LIMITS.webhookTriesMax;
  const unknownTries = deps.unknownTries ?? LIMITS.webhookUnknownTries;
  const judge = createJudge(db, deps);

  async function verdictOn(row: Row): Promise<Verdict> {
    const event = readEvent(row.body);
    if (!event) return { is: 'ignored', why: 'not readable' };
    const livemode = row.method_id === null ? deps.livemode : row.livemode;
    return judge({ event, methodId: row.method_id, livemode, patient: row.attempts + 1 < unknownTries });
  }

  async function settle(id: string, status: 'processed' | 'ignored' | 'dead', error: string | null) {
    if (await db.one(SETTLE, [id, status, error?.slice(0, ERROR_MAX) ?? null])) count(status);
  }

  async function again(id: string, why: string): Promise<void> {
    await db.all(NOTE, [id, why.slice(0, ERROR_MAX)]);
    count('retried');
  }

  return async (webhookId) => {
    const row = await db.one<Row>(READ, [webhookId]);
    if (row?.status !== 'received') return;
    let verdict: Verdict;
    try {
      verdict = await verdictOn(row);
    } catch (err) {
      const problem = err instanceof Error ? err.message : String(err);
      if (row.attempts + 1 < triesMax) {
        await again(webhookId, problem);
        throw err;
      }
      log.error({ err, webhookId }, 'webhook given up: an operator may try it again');
      return settle(webhookId, 'dead', problem);
    }
    if (verdict.is === 'later') {
      await again(webhookId, verdict.why);
      throw new NotYet(verdict.why);
    }
    return settle(webhookId, verdict.is, verdict.is === 'ignored' ? verdict.why : null);
  };
}
