/** Killed between any two steps, of an upload, a new cover and a deletion; then the worker comes by. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import type { Pool } from '../stores/index.ts';
import { manualClock, type TestWorld, testWorld } from '../stores/testing.ts';
import type { Pictures } from './index.ts';
import { keyOf } from './picture.ts';
import type { PictureStore } from './store.ts';
import { aNight, givePicture, memoryStore, picturesOf, sql } from './testing.ts';
import { picture } from './testing-files.ts';

let world: TestWorld;
let jpeg: Buffer;
beforeAll(async () => {
  world = await testWorld();
  jpeg = picture('jpeg', { width: 64, height: 48 });
});
afterAll(() => world.close());

/** Counts steps that outlive a process (statements, files), and lets only the first so many happen: then all is dead. */
function mortal(steps: number) {
  let left = steps;
  const step = <T>(work: () => Promise<T>): Promise<T> =>
    left-- > 0 ? work() : Promise.reject(new Error('killed'));
  const pool = world.ledger.reads;
  const reads: Pool = {
    ...pool,
    all: (statement, values) => step(() => pool.all(statement, values)),
    one: (statement, values) => step(() => pool.one(statement, values)),
    // A transaction that is not committed did not happen.
    transaction: (work, ms) => step(() => pool.transaction(work, ms)),
  };
  const over = (store: PictureStore): PictureStore => ({
    ...store,
    put: (key, bytes) => step(() => store.put(key, bytes)),
    remove: (key) => step(() => store.remove(key)),
  });
  return { ledger: { reads }, over, died: () => left < 0 };
}

/** The worker, after the time that an upload may take. */
async function worker(store: PictureStore): Promise<void> {
  await sql(world, `update pictures.images set status_at = status_at - make_interval(secs => $1)`, [
    LIMITS.pictureStoringSeconds + 1,
  ]);
  const [unfinished] = picturesOf(world, { store }).chores;
  await unfinished?.work();
}

/** Every row has both its files and every file its row, whatever became of what was going on. */
async function expectWhole(store: ReturnType<typeof memoryStore>, where: string): Promise<string[]> {
  const rows = await sql<{ id: string; status: string }>(
    world,
    'select id, status from pictures.images order by id',
  );
  expect(
    rows.every(({ status }) => status === 'shown'),
    where,
  ).toBe(true);
  const wanted = rows.flatMap(({ id }) => [keyOf(id, 'large'), keyOf(id, 'small')]).sort();
  expect([...store.files.keys()].sort(), where).toEqual(wanted);
  return rows.map(({ id }) => id);
}

type Act = (pictures: Pictures) => Promise<unknown>;

/** Runs it with one step more each time until it lives through all of them; returns how many steps it has. */
async function killEverywhere(
  prepare: (whole: Pictures) => Promise<Act>,
  check: (ids: string[], done: boolean) => void,
): Promise<number> {
  for (let steps = 0; ; steps++) {
    await sql(world, 'delete from pictures.images');
    const store = memoryStore();
    const act = await prepare(picturesOf(world, { store }));
    const kill = mortal(steps);
    // What is refused because the process died is as good as a death.
    await act(picturesOf(world, { ledger: kill.ledger, store: kill.over(store) })).catch(() => undefined);
    await worker(store);
    check(await expectWhole(store, `killed after step ${steps}`), !kill.died());
    if (!kill.died()) return steps;
    expect(steps).toBeLessThan(40);
  }
}

describe('killed between any two steps', () => {
  test('I10: an upload is there whole, or not at all, and its place is free', async () => {
    const { event, fanId } = await aNight(world);
    const fields = { eventId: event.eventId };
    const steps = await killEverywhere(
      async () => (pictures) => pictures.upload(fanId, fields, jpeg),
      (ids, done) => expect(ids.length).toBe(done ? 1 : ids.length),
    );
    // Judged, row, file, file, shown, read.
    expect(steps).toBe(6);
  });

  test('I10: an event has its old cover or its new one', async () => {
    const event = await world.createEvent();
    const vendor = { id: event.vendorId, role: 'vendor' as const, name: 'V', sessionId: 's' };
    let old = '';
    const steps = await killEverywhere(
      async (whole) => {
        const put = await whole.putCover(vendor, event.eventId, jpeg);
        old = put.ok ? put.value.imageUrl.slice('/images/'.length) : '';
        return (pictures) => pictures.putCover(vendor, event.eventId, jpeg);
      },
      (ids, done) => {
        expect(ids).toHaveLength(1);
        if (done) expect(ids).not.toEqual([old]);
      },
    );
    expect(steps).toBeGreaterThan(5);
  });

  test('I10: what is deleted goes, or stays whole', async () => {
    const { event, fanId } = await aNight(world);
    const account = { id: fanId, role: 'user' as const, name: 'F', sessionId: 's' };
    let id = '';
    const steps = await killEverywhere(
      async (whole) => {
        const made = await whole.upload(fanId, { eventId: event.eventId }, jpeg);
        id = made.ok ? made.value.id : '';
        return (pictures) => pictures.remove(account, fanId, id);
      },
      (ids, done) => expect(done ? ids : ids.filter((each) => each !== id)).toEqual([]),
    );
    expect(steps).toBeGreaterThan(3);
  });
});

test('I10: the order is what saves it: a file before its row is found by nobody for a day', async () => {
  const store = memoryStore();
  await sql(world, 'delete from pictures.images');
  await store.put(keyOf(world.ids.next(), 'large'), jpeg);
  await worker(store);
  await expect(expectWhole(store, 'the other order')).rejects.toThrow();
});

test('I10: nothing of an upload is shown before it is whole', async () => {
  const { event, fanId } = await aNight(world);
  const store = memoryStore();
  const seen: unknown[] = [];
  const pictures = picturesOf(world, {
    store: {
      ...store,
      async put(key, bytes) {
        await store.put(key, bytes);
        const page = { limit: 10, after: null };
        const viewer = { id: fanId, role: 'user' as const, name: 'F', sessionId: 's' };
        seen.push((await pictures.ofAccount(fanId, viewer, page)).items.length);
        const [row] = await sql<{ id: string }>(
          world,
          `select id from pictures.images where status = 'storing' and user_id = $1`,
          [fanId],
        );
        seen.push((await pictures.find(row!.id, viewer)).ok);
      },
    },
  });
  expect((await pictures.upload(fanId, { eventId: event.eventId }, jpeg)).ok).toBe(true);
  expect(seen).toEqual([0, false, 0, false]);
});

test('I10: an upload that comes back after it was given up is refused, and leaves no row', async () => {
  const { event, fanId } = await aNight(world);
  const store = memoryStore();
  let first = true;
  const pictures = picturesOf(world, {
    store: {
      ...store,
      async put(key, bytes) {
        if (first) await worker(store);
        first = false;
        await store.put(key, bytes);
      },
    },
  });
  const made = await pictures.upload(fanId, { eventId: event.eventId }, jpeg);
  expect(made).toMatchObject({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  expect(await sql(world, 'select 1 from pictures.images where user_id = $1', [fanId])).toEqual([]);
  // Its files have no row now: the sweep takes them once they are old.
  expect(store.files.size).toBe(2);
  for (const file of store.files.values()) file.modifiedMs -= (LIMITS.strayFilesSeconds + 60) * 1_000;
  await picturesOf(world, { store }).chores[1]?.work();
  expect(store.files.size).toBe(0);
});

test('I9: a store that fails refuses the upload and keeps no place', async () => {
  const { event, fanId } = await aNight(world);
  const store = memoryStore();
  const failing = { ...store, put: () => Promise.reject(new Error('disk full')) };
  const made = await picturesOf(world, { store: failing }).upload(fanId, { eventId: event.eventId }, jpeg);
  expect(made).toMatchObject({ ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  expect(await sql(world, 'select 1 from pictures.images where user_id = $1', [fanId])).toEqual([]);
});

test('I11: old files without a row go; young ones, others’ and those of rows stay; a row without files stays', async () => {
  const { event, fanId } = await aNight(world);
  const id = await givePicture(world, { eventId: event.eventId, userId: fanId });
  const lost = await givePicture(world, { eventId: event.eventId, userId: fanId, slot: 2 });
  const store = memoryStore();
  const clock = manualClock(Date.now());
  const stray = world.ids.next();
  const keep = [keyOf(id, 'large'), keyOf(id, 'small'), 'readme.txt', 'aa/note.txt'];
  const go = [keyOf(stray, 'large'), `${keyOf(stray, 'small')}.0a1b2c.part`];
  for (const key of [...keep, ...go]) await store.put(key, Buffer.from('x'));
  const [, sweep] = picturesOf(world, { store, clock }).chores;
  expect(await sweep?.work()).toEqual({ done: 0 });
  await clock.advance((LIMITS.strayFilesSeconds + 60) * 1_000);
  expect(await sweep?.work()).toEqual({ done: 2 });
  expect([...store.files.keys()].sort()).toEqual(keep.sort());
  expect(
    await sql(world, `select id from pictures.images where id = $1 and status = 'shown'`, [lost]),
  ).toHaveLength(1);
  expect(await picturesOf(world, { store }).bytes(lost, 'large')).toMatchObject({
    ok: false,
    error: { code: 'NOT_FOUND' },
  });
});
