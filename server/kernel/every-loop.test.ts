import { expect, test } from 'vitest';
import { manualClock } from '../stores/testing.ts';
import { everyLoop } from './every-loop.ts';
import type { Logger } from './log.ts';

function recorder(): { log: Logger; said: string[] } {
  const said: string[] = [];
  const say = (level: string) => (_what: unknown, message: string) => void said.push(`${level}: ${message}`);
  return {
    said,
    log: {
      warn: say('warn'),
      info: say('info'),
      error: say('error'),
      debug: say('debug'),
    } as unknown as Logger,
  };
}

/** Lets what was just started reach its first sleep. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('W1: a failing loop pauses longer each time, says so once, and says when it works again', async () => {
  const clock = manualClock(0);
  const { log, said } = recorder();
  const stop = new AbortController();
  const runs: number[] = [];
  let broken = false;
  const loop = everyLoop(
    { name: 'sweep', everyMs: 100, clock, log, signal: stop.signal, backoffMaxMs: 1_000 },
    () => {
      runs.push(clock.now());
      if (broken) throw new Error('store away');
    },
  );
  await settled();
  await clock.advance(200);
  expect(runs).toEqual([0, 100, 200]);
  broken = true;
  await clock.advance(4_000);
  expect(runs.slice(3)).toEqual([300, 500, 900, 1_700, 2_700, 3_700]);
  expect(said).toEqual(['warn: loop failed, trying again with pauses']);
  expect(loop.health()).toMatchObject({ failures: 6, lastError: 'store away', lastOkAt: 200 });
  broken = false;
  await clock.advance(1_000);
  expect(said).toEqual(['warn: loop failed, trying again with pauses', 'info: loop works again']);
  expect(loop.health()).toMatchObject({ failures: 0, lastError: null, lastOkAt: 5_200 });
  stop.abort();
  await loop.done;
});

test('W1: a run that says there is more is followed by the next without a pause', async () => {
  const clock = manualClock(0);
  const stop = new AbortController();
  let left = 3;
  const runs: number[] = [];
  const loop = everyLoop(
    { name: 'outbox', everyMs: 500, clock, log: recorder().log, signal: stop.signal },
    async () => {
      runs.push(clock.now());
      return --left > 0;
    },
  );
  await settled();
  await clock.advance(400);
  expect(runs).toEqual([0, 0, 0]);
  await clock.advance(200);
  expect(runs).toEqual([0, 0, 0, 500]);
  stop.abort();
  await loop.done;
});

test('W8: stopping waits for the run under way and starts no other', async () => {
  const clock = manualClock(0);
  const stop = new AbortController();
  let finish: () => void = () => undefined;
  let finished = false;
  const loop = everyLoop(
    { name: 'audit', everyMs: 10, clock, log: recorder().log, signal: stop.signal },
    async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      finished = true;
    },
  );
  stop.abort();
  finish();
  await loop.done;
  expect(finished).toBe(true);
  expect(loop.health().runs).toBe(1);
});
