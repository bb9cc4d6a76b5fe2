/**
 * Group commit: requests gather while the previous batch commits, so that one fsync serves hundreds of fans.
 *
 *   submit ─▶ waiting ─▶ (a flight is free) ─▶ commit(batch) ─▶ answers, in order
 *
 * One queue per key (a drop), a fixed number of flights per key; a request never waits for a timer.
 */
export interface GroupCommitOptions<Request, Answer> {
  /** Commits a batch and answers each request, in order. What it throws, every request of the batch gets. */
  commit(key: string, batch: Request[]): Promise<Answer[]>;
  maxBatch: number;
  maxInFlight: number;
  /** More than this waiting for one key: `onFull` answers instead. */
  maxWaiting: number;
  onFull(request: Request): Answer;
}

interface Waiting<Request, Answer> {
  request: Request;
  resolve(answer: Answer): void;
  reject(err: unknown): void;
}

interface Line<Request, Answer> {
  waiting: Waiting<Request, Answer>[];
  inFlight: number;
  scheduled: boolean;
}

export interface GroupCommit<Request, Answer> {
  submit(key: string, request: Request): Promise<Answer>;
  /** Resolves when nothing waits and nothing flies. */
  idle(): Promise<void>;
  readonly waiting: number;
}

export function createGroupCommit<Request, Answer>(
  options: GroupCommitOptions<Request, Answer>,
): GroupCommit<Request, Answer> {
  const lines = new Map<string, Line<Request, Answer>>();
  let idleWaiters: (() => void)[] = [];

  function schedule(key: string, line: Line<Request, Answer>): void {
    if (line.scheduled || line.inFlight >= options.maxInFlight || line.waiting.length === 0) return;
    line.scheduled = true;
    // Everything that arrived in this turn of the event loop shares the batch.
    setImmediate(() => {
      line.scheduled = false;
      void fly(key, line);
    });
  }

  async function fly(key: string, line: Line<Request, Answer>): Promise<void> {
    if (line.inFlight >= options.maxInFlight || line.waiting.length === 0) return;
    const batch = line.waiting.splice(0, options.maxBatch);
    line.inFlight++;
    schedule(key, line);
    try {
      const answers = await options.commit(
        key,
        batch.map((w) => w.request),
      );
      batch.forEach((w, i) => {
        w.resolve(answers[i] as Answer);
      });
    } catch (err) {
      for (const w of batch) w.reject(err);
    } finally {
      line.inFlight--;
      if (line.waiting.length > 0) schedule(key, line);
      else if (line.inFlight === 0) {
        lines.delete(key);
        if (lines.size === 0) {
          for (const wake of idleWaiters) wake();
          idleWaiters = [];
        }
      }
    }
  }

  return {
    submit(key, request) {
      let line = lines.get(key);
      if (!line) {
        line = { waiting: [], inFlight: 0, scheduled: false };
        lines.set(key, line);
      }
      if (line.waiting.length >= options.maxWaiting) return Promise.resolve(options.onFull(request));
      const target = line;
      return new Promise((resolve, reject) => {
        target.waiting.push({ request, resolve, reject });
        schedule(key, target);
      });
    },
    idle: () =>
      lines.size === 0 ? Promise.resolve() : new Promise((resolve) => void idleWaiters.push(resolve)),
    get waiting() {
      let n = 0;
      for (const line of lines.values()) n += line.waiting.length;
      return n;
    },
  };
}
