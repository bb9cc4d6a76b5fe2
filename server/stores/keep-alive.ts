/**
 * A server that came along has nobody else to look after it: where it dies by itself (the kernel ran out of memory, a
 * person mistook it), it is started again on its data and port, and everybody who uses it connects again.
 */
import type { Clock } from '../kernel/index.ts';
import type { Child } from './embedded-child.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

interface KeepAliveDeps {
  clock: Clock;
  say(line: string): void;
}

/** Starts it, and again whenever it ends unasked. @throws what the first start throws */
export async function keepAlive(
  name: string,
  { clock, say }: KeepAliveDeps,
  start: () => Promise<Child>,
): Promise<{ stop(): Promise<void> }> {
  const stopping = new AbortController();
  const { signal } = stopping;
  let child = await start();

  async function revive(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await clock.sleep(pause, signal);
      try {
        child = await start();
        // The stop came while it was starting, and found only the one before.
        if (signal.aborted) await child.stop();
        else say(`${name} runs again.`);
        return;
      } catch (err) {
        say(`${name} does not start: ${(err as Error).message}`);
      }
    }
  }

  async function watch(): Promise<void> {
    for (;;) {
      const code = await child.exited;
      if (signal.aborted) return;
      say(`${name} ended by itself (code ${code}). Starting it again …`);
      await revive();
    }
  }

  const watching = watch().catch((err: unknown) => {
    // The sleep before another start was cut short by `stop`.
    if (!signal.aborted) say(`${name} is no longer watched: ${(err as Error).message}`);
  });
  return {
    async stop() {
      stopping.abort(new Error('stopping'));
      await child.stop();
      await watching;
    },
  };
}
