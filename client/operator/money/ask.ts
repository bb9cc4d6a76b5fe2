/** One press, one request, what became of it in words: what needs no question, because nothing is lost by it. */
import { useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';

export interface Ask {
  /** What is being asked, by the key it was given. */
  asking: string | null;
  problem: string | null;
  run: (key: string, request: () => Promise<unknown>, done: () => void) => void;
}

export function useAsk(): Ask {
  const [asking, setAsking] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  async function run(key: string, request: () => Promise<unknown>, done: () => void): Promise<void> {
    setAsking(key);
    setProblem(null);
    try {
      await request();
      done();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setAsking(null);
    }
  }
  return { asking, problem, run: (...asked) => void run(...asked) };
}
