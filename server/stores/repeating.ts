import type { Clock } from '../kernel/index.ts';
import { isRepeatable } from './postgres.ts';

const TRIES = 6;
const PAUSE_MS = 15;

/** Deadlock or lock time-out: the very same transaction again, a little later each time. @throws whatever else, and the last one */
export async function repeating<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (err) {
      if (!isRepeatable(err) || attempt === TRIES) throw err;
      await clock.sleep(PAUSE_MS * attempt);
    }
  }
}
