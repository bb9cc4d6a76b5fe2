/**
 * What a process started, it stops: in reverse order, each with its own time limit, so that one stuck part
 * cannot keep the others alive.
 */
import type { Logger } from './log.ts';

export interface Lifecycle {
  /** Registers a stop action; the last one registered stops first. */
  onStop(name: string, stop: () => Promise<void> | void, limitMs?: number): void;
  /** Stops everything once; later calls wait for the first. */
  stop(): Promise<void>;
  readonly signal: AbortSignal;
}

export function createLifecycle(log: Logger): Lifecycle {
  const actions: { name: string; stop: () => Promise<void> | void; limitMs: number }[] = [];
  const controller = new AbortController();
  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    controller.abort(new Error('stopping'));
    for (const action of actions.reverse()) {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), action.limitMs);
      });
      try {
        if ((await Promise.race([Promise.resolve(action.stop()), limit])) === 'late')
          log.error({ part: action.name, limitMs: action.limitMs }, 'did not stop in time');
      } catch (err) {
        log.error({ part: action.name, err }, 'failed while stopping');
      } finally {
        clearTimeout(timer);
      }
    }
  }

  return {
    onStop: (name, stop, limitMs = 10_000) => void actions.push({ name, stop, limitMs }),
    stop: () => (stopping ??= stopAll()),
    signal: controller.signal,
  };
}
