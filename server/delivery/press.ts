/**
 * Prints: PDFs and whole messages, in one thread per process (rules M33, M34). Measured: a ticket takes 6 ms, a page more each,
 * 160 ms the first time; on the event loop that would be everybody's wait.
 *
 * The thread starts with the first job and stays. One that dies, or takes too long, fails what it had; the next job starts
 * another.
 */
import { Worker } from 'node:worker_threads';
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { InvoiceSheet } from './invoice-sheet.ts';
import type { MailParts } from './mail.ts';
import type { PressAnswer, PressJob, PressOrder } from './press-thread.ts';
import type { TicketSheet } from './ticket-sheet.ts';

export interface Press {
  /** @throws Error when it could not be made */
  tickets(sheets: TicketSheet[], date: string): Promise<Buffer>;
  /** @throws Error when it could not be made */
  invoices(sheets: InvoiceSheet[]): Promise<Buffer>;
  /** @throws Error when it could not be made */
  mail(parts: MailParts): Promise<Buffer>;
  close(): Promise<void>;
}

interface Pending {
  resolve(bytes: Buffer): void;
  reject(err: Error): void;
  timer: NodeJS.Timeout;
}

const THREAD = new URL('./press-thread.ts', import.meta.url);

export function createPress(options: { log: Logger; jobMs?: number; thread?: URL }): Press {
  const { log, jobMs = LIMITS.pressJobMs, thread: file = THREAD } = options;
  const pending = new Map<number, Pending>();
  let thread: Worker | undefined;
  let last = 0;

  function settle(id: number): Pending | undefined {
    const job = pending.get(id);
    if (!job) return undefined;
    clearTimeout(job.timer);
    pending.delete(id);
    // An idle thread keeps no process alive; one at work does.
    if (pending.size === 0) thread?.unref();
    return job;
  }

  /** The thread is gone or given up: what it had fails, and the next job starts another. */
  function abandon(dead: Worker, why: Error): void {
    if (thread !== dead) return;
    thread = undefined;
    log.warn({ err: why, jobs: pending.size }, 'press');
    for (const id of [...pending.keys()]) settle(id)?.reject(why);
    dead.terminate().catch((err: unknown) => log.warn({ err }, 'press thread'));
  }

  function start(): Worker {
    const started = new Worker(file, {
      // No secrets in there: it only lays out what it is handed.
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
      resourceLimits: { maxOldGenerationSizeMb: LIMITS.pressMemoryMb },
    });
    started.on('message', (answer: PressAnswer) => {
      const job = settle(answer.id);
      if ('bytes' in answer)
        job?.resolve(Buffer.from(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength));
      else job?.reject(new Error(`the press failed: ${answer.error}`));
    });
    started.on('error', (err: unknown) =>
      abandon(started, err instanceof Error ? err : new Error(String(err))),
    );
    started.on('exit', (code) => abandon(started, new Error(`the press thread ended with ${code}`)));
    return started;
  }

  function run(job: PressJob): Promise<Buffer> {
    if (pending.size >= LIMITS.pressQueueMax)
      return Promise.reject(new Error('the press has too much to do'));
    thread ??= start();
    const printing = thread;
    const id = ++last;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => abandon(printing, new Error(`the press took longer than ${jobMs} ms`)),
        jobMs,
      );
      timer.unref();
      pending.set(id, { resolve, reject, timer });
      printing.ref();
      printing.postMessage({ id, job } satisfies PressOrder);
    });
  }

  return {
    tickets: (sheets, date) => run({ kind: 'tickets', sheets, date }),
    invoices: (sheets) => run({ kind: 'invoices', sheets }),
    mail: (parts) => run({ kind: 'mail', parts }),
    async close() {
      const open = thread;
      thread = undefined;
      for (const id of [...pending.keys()]) settle(id)?.reject(new Error('the press is closed'));
      await open?.terminate();
    },
  };
}
