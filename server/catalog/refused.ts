/** A refusal found inside a transaction travels as an exception, so that nothing half done is committed. */
import { type Refusal, RefusalError, type Result } from '../protocol/index.ts';

/** @throws RefusalError */
export function stop({ code, details, message }: Refusal): never {
  throw new RefusalError(code, details, message);
}

/** The value. @throws RefusalError */
export function granted<T>(result: Result<T>): T {
  return result.ok ? result.value : stop(result.error);
}

/** What `work` resolves with; a refusal thrown inside it becomes a value again. */
export async function refusable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (err) {
    if (err instanceof RefusalError) return { ok: false, error: err.refusal };
    throw err;
  }
}
