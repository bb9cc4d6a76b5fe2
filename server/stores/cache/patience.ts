/**
 * A wait with an end, and a rest after it was in vain: no request waits for a cache only to hear the same again. The end is looked at
 * after what has arrived was read: a process that was busy for longer than the wait must not take its own stall for a store's.
 */
import type { Clock } from '../../kernel/index.ts';

export class TooSlow extends Error {}

export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => setImmediate(() => setImmediate(() => reject(new TooSlow('no answer in time')))),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    // Whoever gave up does not hear of its failure any more.
    work.catch(() => undefined);
  }
}

export interface Rest {
  readonly resting: boolean;
  begin(): void;
}

export function createRest(clock: Clock, ms: number): Rest {
  let until = 0;
  return {
    get resting() {
      return clock.now() < until;
    },
    begin() {
      until = clock.now() + ms;
    },
  };
}
