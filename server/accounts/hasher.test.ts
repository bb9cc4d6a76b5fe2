import { monitorEventLoopDelay } from 'node:perf_hooks';
import { hash, parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { createHasher } from './hasher.ts';

const value = <T>(result: { ok: true; value: T } | { ok: false }): T => {
  if (!result.ok) throw new Error('refused');
  return result.value;
};

test('A5: hashes are argon2id with at least 19 MiB, two passes, one lane', async () => {
  const hasher = createHasher();
  const hashed = value(await hasher.hash('Correct-horse-9-battery'));
  expect(hashed).toMatch(/^\$argon2id\$v=19\$/);
  const made = parseOptions(hashed);
  expect(made.memoryCost).toBeGreaterThanOrEqual(19_456);
  expect(made.timeCost).toBeGreaterThanOrEqual(2);
  expect(made.parallelism).toBe(1);
  expect(value(await hasher.verify(hashed, 'Correct-horse-9-battery'))).toBe(true);
  expect(value(await hasher.verify(hashed, 'Correct-horse-9-batterz'))).toBe(false);
});

test('A6: beyond its queue the hasher refuses at once with a retry hint, and serves the rest', async () => {
  const hasher = createHasher({ concurrency: 2, queueMax: 3 });
  const asked = Array.from({ length: 8 }, () => hasher.hash('Correct-horse-9-battery'));
  const answers = await Promise.all(asked);
  const refused = answers.filter((answer) => !answer.ok);
  expect(refused).toHaveLength(3);
  for (const answer of refused)
    expect(answer).toMatchObject({
      error: { code: 'TEMPORARILY_UNAVAILABLE', details: { retryAfterMs: expect.any(Number) } },
    });
  expect(hasher.runs).toBe(5);
  // Its slots are free again.
  expect((await hasher.hash('Correct-horse-9-battery')).ok).toBe(true);
});

test('A6: the event loop goes on while passwords are hashed', async () => {
  const hasher = createHasher();
  const lag = monitorEventLoopDelay({ resolution: 1 });
  let turns = 0;
  let done = false;
  const turn = (): void => {
    turns++;
    if (!done) setImmediate(turn);
  };
  lag.enable();
  turn();
  await Promise.all(Array.from({ length: 20 }, () => hasher.hash('Correct-horse-9-battery')));
  done = true;
  lag.disable();
  // On the loop, twenty hashes would leave about twenty turns.
  expect(turns).toBeGreaterThan(200);
  expect(lag.percentile(50) / 1e6).toBeLessThan(50);
});

test('A7: an unknown account costs the one run a known one costs, and never matches', async () => {
  const hasher = createHasher();
  const hashed = value(await hasher.hash('Correct-horse-9-battery'));
  const before = hasher.runs;
  expect(value(await hasher.verify(hashed, 'wrong wrong wrong'))).toBe(false);
  expect(hasher.runs - before).toBe(1);
  expect(value(await hasher.verify(null, 'wrong wrong wrong'))).toBe(false);
  expect(hasher.runs - before).toBe(2);
  // An account without a password (made by other means) likewise.
  expect(value(await hasher.verify('no hash at all', 'no hash at all'))).toBe(false);
  expect(hasher.runs - before).toBe(3);
});

test("A8: weaker parameters are outdated, today's are not", async () => {
  const hasher = createHasher();
  expect(
    hasher.isOutdated(await hash('x', { algorithm: 2, memoryCost: 8_192, timeCost: 2, parallelism: 1 })),
  ).toBe(true);
  expect(
    hasher.isOutdated(await hash('x', { algorithm: 1, memoryCost: 19_456, timeCost: 2, parallelism: 1 })),
  ).toBe(true);
  expect(hasher.isOutdated(value(await hasher.hash('x')))).toBe(false);
});
