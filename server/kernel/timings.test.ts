import { expect, test } from 'vitest';
import { waitedMs, waiting, withTimings } from './timings.ts';

const after = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('X70: waits that overlap count once, and each request has its own', async () => {
  const measure = (work: () => Promise<unknown>) =>
    withTimings(async (timings) => {
      await work();
      return { db: waitedMs(timings.db), cache: waitedMs(timings.cache) };
    });
  const [two, one, none] = await Promise.all([
    measure(() => Promise.all([waiting('db', after(60)), waiting('db', after(60))])),
    measure(() => waiting('cache', after(30))),
    measure(() => after(40)),
  ]);
  expect(two.db).toBeGreaterThan(50);
  expect(two.db).toBeLessThan(115);
  expect(two.cache).toBe(0);
  expect(one.cache).toBeGreaterThan(20);
  expect(none).toEqual({ db: 0, cache: 0 });
});

test('X70: what fails fails as it did, and outside a request nothing is measured', async () => {
  await expect(waiting('db', Promise.reject(new Error('no')))).rejects.toThrow('no');
  await withTimings(async (timings) => {
    await expect(waiting('db', Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(timings.db.depth).toBe(0);
  });
});
