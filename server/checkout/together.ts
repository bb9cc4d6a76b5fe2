/**
 * What arrives together is committed together: one transaction, one fsync for many fans (decision 0020). A batch decides
 * only what is plain; whatever it leaves out is decided one by one, by the function that knows every case. So a batch has
 * no outcomes of its own, and one odd request costs the others nothing.
 */
import type { Clock } from '../kernel/index.ts';
import { createGroupCommit, repeating, sqlState } from '../stores/index.ts';

export interface TogetherOptions<Request, Answer> {
  clock: Clock;
  /** Requests of one key are committed together; of a key twice in one batch, the second is left to `one`. */
  distinct(request: Request): string;
  /** One transaction; undefined: not plain, nothing was done for it. */
  all(key: string, batch: readonly Request[]): Promise<(Answer | undefined)[]>;
  one(request: Request): Promise<Answer>;
  maxBatch: number;
  maxInFlight: number;
}

export interface Together<Request, Answer> {
  submit(key: string, request: Request): Promise<Answer>;
  idle(): Promise<void>;
}

const MAX_WAITING = 100_000;

type Outcome<Answer> = { answer: Answer } | { error: unknown };

export function createTogether<Request, Answer>(
  options: TogetherOptions<Request, Answer>,
): Together<Request, Answer> {
  const { clock, distinct, all, one } = options;

  const decide = async (request: Request): Promise<Outcome<Answer>> => {
    try {
      return { answer: await repeating(clock, () => one(request)) };
    } catch (error) {
      return { error };
    }
  };

  async function plain(key: string, batch: readonly Request[]): Promise<(Answer | undefined)[]> {
    if (batch.length === 0) return [];
    try {
      return await repeating(clock, () => all(key, batch));
    } catch (err) {
      // The ledger refused one of them: each is tried alone. An unknown outcome is everybody's, and theirs to find out.
      if (sqlState(err) === undefined) throw err;
      return batch.map(() => undefined);
    }
  }

  async function commit(key: string, batch: Request[]): Promise<Outcome<Answer>[]> {
    const seen = new Set<string>();
    const firsts = batch.filter((request) => {
      const name = distinct(request);
      return seen.has(name) ? false : seen.add(name);
    });
    const answers = new Map<Request, Answer>();
    (await plain(key, firsts)).forEach((answer, i) => {
      if (answer !== undefined) answers.set(firsts[i] as Request, answer);
    });
    return Promise.all(
      batch.map((request): Outcome<Answer> | Promise<Outcome<Answer>> => {
        const answer = answers.get(request);
        return answer === undefined ? decide(request) : { answer };
      }),
    );
  }

  const group = createGroupCommit<Request, Outcome<Answer>>({
    commit,
    maxBatch: options.maxBatch,
    maxInFlight: options.maxInFlight,
    maxWaiting: MAX_WAITING,
    onFull: () => ({ error: new Error('checkout: too many requests wait for the ledger') }),
  });

  return {
    async submit(key, request) {
      const outcome = await group.submit(key, request);
      if ('error' in outcome) throw outcome.error;
      return outcome.answer;
    },
    idle: () => group.idle(),
  };
}
