import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { until } from '../stores/testing.ts';
import type { Recommendations } from './index.ts';
import { createTurns } from './pick.ts';
import { type RecommendWorld, recommendWorld } from './testing.ts';

let here: RecommendWorld;
let fan: string;
beforeAll(async () => {
  here = await recommendWorld();
  fan = await here.fan();
  const past = await here.night({ title: 'Jazz', type: 'jazz', artist: 'Trio', inDays: -3 });
  await here.buy(past, fan);
  await here.night({ title: 'Jazz again', type: 'jazz', artist: 'Trio' });
  const hit = await here.night({ title: 'The hit', type: 'festival', artist: 'Everybody' });
  await here.sells(hit);
});
afterAll(() => here.close());

/** `work` while nobody can read this table. */
async function whileLocked(table: string, work: () => Promise<void>): Promise<void> {
  const client = await here.world.ledger.payments.raw.connect();
  try {
    await client.query(`begin; lock table ${table} in access exclusive mode`);
    await work();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function fallsBack(recommendations: Recommendations): Promise<void> {
  const started = performance.now();
  const { items, fallback } = await recommendations.of(fan, 5);
  // A machine under a whole suite's load is given twice the bound's slack.
  expect(performance.now() - started).toBeLessThan(LIMITS.recommendMs + 1_000);
  expect(fallback).toBe(true);
  expect(items[0]).toMatchObject({ event: { title: 'The hit' }, why: { code: 'popular_now' } });
  expect(recommendations.breaker.state()).not.toBe('available');
}

async function recovers(recommendations: Recommendations): Promise<void> {
  await until('the model is used again', async () => !(await recommendations.of(fan, 5)).fallback);
  await until('its breaker is closed', () => recommendations.breaker.state() === 'available');
  expect((await recommendations.of(fan, 1)).items[0]?.event.title).toBe('Jazz again');
}

test('J12: while models cannot be read, what sells is shown within the bound; then the model again', async () => {
  const recommendations = here.recommendations();
  await whileLocked('recommendations.models', () => fallsBack(recommendations));
  await recovers(recommendations);
});

test('J12: while nobody’s deeds can be read, what sells is shown; many who ask hold up no other read', async () => {
  const recommendations = here.recommendations();
  await recommendations.refresh();
  await whileLocked('recommendations.views', async () => {
    await Promise.all(Array.from({ length: 40 }, () => fallsBack(recommendations)));
  });
  await recovers(recommendations);
});

test('J12: a model that is none is not used, and a good one is taken up after it', async () => {
  const recommendations = here.recommendations();
  await here.sql(
    `insert into recommendations.models (id, trained_at, seed, deeds, people, traits, took_ms, model)
     values ($1, now(), 1, 0, 0, 0, 0, 'HFR1 and then nothing')`,
    [here.world.ids.next()],
  );
  await fallsBack(recommendations);
  await recommendations.trainer.train({ always: true });
  await recovers(recommendations);
});

test('J12: suggestions for many fall back too', async () => {
  const recommendations = here.recommendations();
  await here.sql('alter table recommendations.views rename to away');
  await here.sql('alter table recommendations.models rename to models_away');
  const picked = await recommendations.suggest([fan], 2);
  expect(picked.get(fan)?.map(({ why }) => why.code)).toEqual(['popular_now', 'popular_now']);
  await here.sql('alter table recommendations.away rename to views');
  await here.sql('alter table recommendations.models_away rename to models');
});

test('J13: four at once; the rest in turn, and those whose turn comes too late are not served', async () => {
  let now = 0;
  const turns = createTurns(4, 250, { now: () => now });
  let atOnce = 0;
  let most = 0;
  const open: (() => void)[] = [];
  const work = async (): Promise<string> => {
    most = Math.max(most, ++atOnce);
    await new Promise<void>((resolve) => open.push(resolve));
    atOnce--;
    return 'served';
  };
  const asked = Array.from({ length: 10 }, () => turns(work).catch((err: Error) => err.message));
  const letGo = async (n: number): Promise<void> => {
    await until('so many are at work', () => open.length >= n);
    for (const done of open.splice(0, n)) done();
  };
  await letGo(4);
  await until('the next four are at work', () => open.length === 4);
  now = 300;
  await letGo(4);
  expect(await Promise.all(asked)).toEqual([
    ...Array.from({ length: 8 }, () => 'served'),
    'its turn came too late',
    'its turn came too late',
  ]);
  expect(most).toBe(4);
  const [later] = [turns(work)];
  await letGo(1);
  expect(await later).toBe('served');
});
