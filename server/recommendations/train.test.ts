import { afterAll, beforeAll, expect, test } from 'vitest';
import { before, deedsByPerson } from './behaviour.ts';
import { measure, onOffer, trialsOf } from './measure.ts';
import { decodeModel, encodeModel, type Model } from './model.ts';
import { readModel } from './models.ts';
import { type RecommendWorld, recommendWorld } from './testing.ts';
import { inventCrowd } from './testing-crowd.ts';
import { POPULAR, train } from './train.ts';

const DAY_MS = 86_400_000;
let here: RecommendWorld;
beforeAll(async () => {
  here = await recommendWorld();
});
afterAll(() => here.close());

const crowd = inventCrowd({ seed: 7, people: 600, artists: 120, days: 200, eventsPerDay: 3 });
const splitMs = crowd.endMs - 20 * DAY_MS;
const past = before(crowd, splitMs);
const made = train(past, { nowMs: splitMs, seed: 1 });
const bytesOf = (model: Model): string => encodeModel(model).toString('base64');

test('J8: the same behaviour and seed make the same model; another seed another', () => {
  expect(bytesOf(train(past, { nowMs: splitMs, seed: 1 }))).toBe(bytesOf(made));
  expect(bytesOf(train(past, { nowMs: splitMs, seed: 2 }))).not.toBe(bytesOf(made));
});

test('J9: a model comes back from its bytes as it was; any cut or other bytes are refused', () => {
  const bytes = encodeModel(made);
  expect(decodeModel(bytes)).toEqual(made);
  for (const length of [0, 3, 7, 8, 100, bytes.length >> 1, bytes.length - 1])
    expect(() => decodeModel(bytes.subarray(0, length)), String(length)).toThrow();
  expect(() => decodeModel(Buffer.concat([bytes, Buffer.from([0])]))).toThrow();
});

test('J10: what happened after the split changes neither what is learned nor what is measured', () => {
  // Another future: everybody buys the same night. What is learned at the split is the same to the last byte.
  const other = {
    ...crowd,
    event: crowd.event.map((event, i) => ((crowd.atMs[i] as number) < splitMs ? event : 0)),
  };
  expect(other.event).not.toEqual(crowd.event);
  expect(bytesOf(train(before(other, splitMs), { nowMs: splitMs, seed: 1 }))).toBe(bytesOf(made));
  const none = trialsOf(deedsByPerson(past), past, splitMs, crowd.endMs);
  expect(none).toEqual([]);
  for (const { deeds, bought } of trialsOf(deedsByPerson(past), crowd, splitMs, crowd.endMs)) {
    expect(deeds.every(({ atMs }) => atMs < splitMs)).toBe(true);
    expect(bought.size).toBeGreaterThan(0);
  }
});

test('J11: the model foresees more than popularity does, and events that nobody had touched as well', () => {
  const events = onOffer(crowd.events, splitMs, crowd.endMs);
  const deeds = deedsByPerson(past);
  const of = (counts?: Parameters<typeof trialsOf>[4]) => {
    const trials = trialsOf(deeds, crowd, splitMs, crowd.endMs, counts);
    expect(trials.length).toBeGreaterThan(20);
    return [measure(made, events, trials, splitMs), measure(made, events, trials, splitMs, POPULAR)] as const;
  };
  const [own, popular] = of();
  expect(own.recallAt10).toBeGreaterThan(1.1 * popular.recallAt10);
  expect(own.ndcgAt10).toBeGreaterThan(1.1 * popular.ndcgAt10);
  expect(own.coverage).toBeGreaterThan(2 * popular.coverage);
  const touched = new Set([...past.event].map((event) => crowd.events[event]?.id));
  const [fresh, freshPopular] = of(({ id }) => !touched.has(id));
  expect(fresh.recallAt10).toBeGreaterThan(freshPopular.recallAt10 + 0.05);
});

test('J8: a model is made from the ledger when something happened, without refunds and those who switched off; three are kept', async () => {
  const { trainer } = here.recommendations();
  const fans = await here.world.createUsers(6);
  const [jazz, rock] = [
    await here.night({ type: 'jazz', artist: 'Trio', inDays: -9 }),
    await here.night({ type: 'rock', artist: 'Loud', inDays: -9 }),
  ];
  for (const fan of fans) await here.buy(jazz, fan);
  const back = await here.buy(rock, fans[0] as string);
  await here.sql(`update ticketing.tickets set status = 'refunded' where id = $1`, [back]);
  await here.like(fans[5] as string, {});
  await here.sql('update accounts.preferences set personalised = false where user_id = $1', [fans[5]]);
  const first = await trainer.train({ seed: 1 });
  expect(first).toMatchObject({ deeds: 5, quality: null });
  const model = await readModel(here.world.ledger.reads, first?.modelId as string);
  expect(model).toMatchObject({ people: 5, deeds: 5 });
  expect(model?.traits).toContain('artist:trio');
  expect(model?.traits).not.toContain('artist:loud');
  for (const fan of fans) expect(JSON.stringify(model?.traits)).not.toContain(fan);
  expect(await trainer.train()).toBeNull();
  await here.buy(rock, fans[1] as string);
  expect(await trainer.train()).toMatchObject({ deeds: 6 });
  for (let n = 0; n < 3; n++) await trainer.train({ always: true });
  expect(await here.sql('select from recommendations.models')).toHaveLength(3);
});

test('J8: four tickets of one night are one wish, and a ledger with nothing in it makes a model too', async () => {
  const other = await recommendWorld();
  const { trainer } = other.recommendations();
  expect(await trainer.train()).toMatchObject({ deeds: 0 });
  const [fan, event] = [await other.fan(), await other.night()];
  for (let n = 0; n < 4; n++) await other.buy(event, fan);
  const made = await trainer.train({ always: true });
  expect(await readModel(other.world.ledger.reads, made?.modelId as string)).toMatchObject({ deeds: 1 });
  await other.close();
});
