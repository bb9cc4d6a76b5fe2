/** A refusal found inside a transaction travels as an exception, so that nothing half done is committed; here it is a value again. */
import { RefusalError, type Result } from '../protocol/index.ts';

/** What `work` resolves with, or the refusal it threw. */
export async function refusable<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
  try {
    return await work();
  } catch (err) {
    if (err instanceof RefusalError) return { ok: false, error: err.refusal };
    throw err;
  }
}
