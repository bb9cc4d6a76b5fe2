import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld, until } from '../testing.ts';
import { away, gatekeeper, SMALL, type TestCache, testCache } from './testing.ts';

let world: TestWorld;
let one: TestCache;
let two: TestCache;
beforeAll(async () => {
  world = await testWorld();
  one = testCache(world.redisUrl);
  two = testCache(world.redisUrl);
  await Promise.all([one.settled(), two.settled()]);
});
afterAll(async () => {
  one.close();
  two.close();
  await world.close();
});

let keys = 0;
const fresh = () => `thing ${++keys}`;
const asked = <T>(key: string, load: () => Promise<T>, tags: string[] = [key.replace(' ', ':')]) => ({
  what: 'thing',
  key,
  tags,
  load,
});
const never = async (): Promise<never> => {
  throw new Error('was loaded');
};
/** Says how old an entry is by moving what Redis knows of it. */
async function age(ms: number): Promise<void> {
  const facts = await world.gate.hgetall('{cache}:pages:facts');
  for (const [id, fact] of Object.entries(facts)) {
    if (id === '#') continue;
    const [stamp, ...rest] = fact.split(' ');
    await world.gate.hset('{cache}:pages:facts', id, [Number(stamp) - ms * 1_000, ...rest].join(' '));
  }
  for (const tag of ['*', '<']) await world.gate.zincrby('{cache}:pages:tags', -ms * 1_000, tag);
}

test('G60: what one process loaded, every process reads without the ledger', async () => {
  const key = fresh();
  const first = await one.read(asked(key, async () => ({ n: 1 })));
  expect(first).toMatchObject({ value: { n: 1 }, from: 'ledger' });
  await one.idle();
  for (const cache of [one, two, two])
    expect(await cache.read(asked(key, never))).toMatchObject({
      value: { n: 1 },
      from: 'cache',
      asOf: first.asOf,
    });
  expect(two.outcomes.slice(-2)).toEqual(['hit', 'hit']);
});

test('G60: after five minutes it is read anew', async () => {
  const key = fresh();
  await one.read(asked(key, async () => 1));
  await one.idle();
  await age(240_000);
  expect((await two.read(asked(key, never))).value).toBe(1);
  await age(61_000);
  expect(await two.read(asked(key, async () => 2))).toMatchObject({ value: 2, from: 'ledger' });
});

test('G61: a change to any of its tags makes every process read anew; other entries stay', async () => {
  const [key, other] = [fresh(), fresh()];
  for (const k of [key, other]) await one.read(asked(k, async () => 1, [k.replace(' ', ':'), 'shared']));
  await one.idle();
  await two.invalidate([key.replace(' ', ':')]);
  expect((await one.read(asked(other, never))).value).toBe(1);
  expect((await one.read(asked(key, async () => 2, [key.replace(' ', ':'), 'shared']))).value).toBe(2);
  await one.idle();
  await one.invalidate(['shared']);
  for (const k of [key, other]) expect((await two.read(asked(k, async () => 3))).value).toBe(3);
});

test('G61: who read before a change and stores after it brings nothing old back', async () => {
  const key = fresh();
  const gate = gatekeeper();
  const slow = one.read(
    asked(key, async () => {
      await gate.opened;
      return 'old';
    }),
  );
  await until('it is being loaded', async () => (await world.gate.keys('{cache}:pages:lease:*')).length > 0);
  await two.invalidate([key.replace(' ', ':')]);
  gate.open();
  expect((await slow).value).toBe('old');
  await one.idle();
  for (const cache of [one, two]) expect((await cache.read(asked(key, async () => 'new'))).value).toBe('new');
});

test('G61: a load that began before Redis lost everything brings nothing old back', async () => {
  const key = fresh();
  const gate = gatekeeper();
  const slow = one.read(
    asked(key, async () => {
      await gate.opened;
      return 'old';
    }),
  );
  await until('it is being loaded', async () => (await world.gate.keys('{cache}:pages:lease:*')).length > 0);
  await world.gate.flushall();
  gate.open();
  await slow;
  await one.idle();
  expect((await two.read(asked(key, async () => 'new'))).value).toBe('new');
});

test('G61: an entry whose tags were lost counts no more', async () => {
  const key = fresh();
  await one.read(asked(key, async () => 1));
  await one.idle();
  await world.gate.del('{cache}:pages:tags');
  expect((await one.read(asked(key, async () => 2))).value).toBe(2);
});

test('G61: a clock of Redis that was set back makes nothing old count', async () => {
  const key = fresh();
  await one.read(asked(key, async () => 'old'));
  await one.idle();
  // As if the entry had been made an hour later than it is now.
  const hour = 3_600_000_000;
  const facts = await world.gate.hgetall('{cache}:pages:facts');
  const id = Object.keys(facts).find((k) => k !== '#' && facts[k]!.includes(key.replace(' ', ':')))!;
  const [stamp, ...rest] = facts[id]!.split(' ');
  await world.gate.hset('{cache}:pages:facts', id, [Number(stamp) + hour, ...rest].join(' '));
  await world.gate.zadd('{cache}:pages:tags', String(Number(stamp) + hour), '<');
  await two.invalidate([key.replace(' ', ':')]);
  expect((await one.read(asked(key, async () => 'new'))).value).toBe('new');
  await world.gate.flushall();
});

test('G62: of many who ask at once, in two processes, one loads', async () => {
  const key = fresh();
  let loads = 0;
  const gate = gatekeeper();
  const load = async () => {
    loads++;
    await gate.opened;
    return 'it';
  };
  const all = Array.from({ length: 40 }, (_, i) => (i % 2 ? one : two).read(asked(key, load)));
  await until('one loads', () => loads > 0);
  gate.open();
  expect(new Set((await Promise.all(all)).map((had) => had.value))).toEqual(new Set(['it']));
  expect(loads).toBe(1);
});

test('G62: who waited a second for a process that died loads by itself', async () => {
  const key = fresh();
  const gate = gatekeeper();
  void one.read(
    asked(key, async () => {
      await gate.opened;
      return 'late';
    }),
  );
  await until('it is being loaded', async () => (await world.gate.keys('{cache}:pages:lease:*')).length > 0);
  expect((await two.read(asked(key, async () => 'mine'))).value).toBe('mine');
  gate.open();
  await one.idle();
  expect((await one.read(asked(key, never))).value).toBe('mine');
});

test('G62: what is kept for nobody makes nobody wait, nor does a load that failed', async () => {
  const key = fresh();
  const none = { ...asked(key, async () => 'draft'), keep: () => false };
  await Promise.all(Array.from({ length: 10 }, () => one.read(none)));
  await one.idle();
  expect((await two.read(asked(key, async () => 'shown'))).from).toBe('ledger');
  const broken = fresh();
  await expect(one.read(asked(broken, never))).rejects.toThrow('was loaded');
  await one.idle();
  expect(await world.gate.keys('{cache}:pages:lease:*')).toEqual([]);
});

test('G62: what is too large to be kept makes nobody wait', async () => {
  const key = fresh();
  const large = async () => 'x'.repeat(SMALL.entryBytesMax + 1);
  await one.read(asked(key, large));
  await one.idle();
  expect(await world.gate.keys('{cache}:pages:lease:*')).toEqual([]);
  const gate = gatekeeper();
  let loads = 0;
  const slow = async () => {
    loads++;
    await gate.opened;
    return large();
  };
  const all = Promise.all(Array.from({ length: 5 }, () => one.read(asked(key, slow))));
  await until('one loads', () => loads === 1);
  gate.open();
  await all;
  await one.idle();
  // Whoever waited for the first loaded at once, and not after a second of looking.
  expect(loads).toBe(5);
  expect(await world.gate.keys('{cache}:pages:lease:*')).toEqual([]);
});

test('G63: shortly before its end one of its readers renews an entry, while all are served', async () => {
  const key = fresh();
  let n = 0;
  const load = async () => ++n;
  await one.read(asked(key, load));
  await one.idle();
  await age(299_500);
  const gate = gatekeeper();
  const slow = async () => {
    await gate.opened;
    return load();
  };
  const served = await Promise.all(Array.from({ length: 20 }, () => two.read(asked(key, slow))));
  expect(served.every((had) => had.value === 1)).toBe(true);
  gate.open();
  await two.idle();
  expect((await one.read(asked(key, never))).value).toBe(2);
});

test('G64: while the ledger is away what is kept is served with its time, past its end and invalidated too; other failures are not covered', async () => {
  const key = fresh();
  const down = async () => {
    throw away();
  };
  const had = await one.read(asked(key, async () => 'then'));
  await one.idle();
  await one.invalidate([key.replace(' ', ':')]);
  for (const cache of [one, two])
    expect(await cache.read(asked<unknown>(key, down))).toEqual({
      value: 'then',
      asOf: had.asOf,
      from: 'kept',
    });
  await expect(two.read(asked(key, never))).rejects.toThrow('was loaded');
  await expect(two.read(asked(fresh(), down))).rejects.toThrow('ECONNREFUSED');
  // Back: the ledger's word, at once.
  expect(await two.read(asked(key, async () => 'now'))).toMatchObject({ value: 'now', from: 'ledger' });
});

test('G65: entries and bytes stay within their bounds, the oldest go first, one that is too large is not kept', async () => {
  await world.gate.flushall();
  for (let i = 0; i < 40; i++) {
    await one.read(asked(fresh(), async () => 'x'.repeat(100 * (i % 30)), ['a']));
    await one.idle();
  }
  for (const { entries, bytes } of one.sizes.slice(-20)) {
    expect(entries).toBeLessThanOrEqual(SMALL.entriesMax);
    expect(bytes).toBeLessThanOrEqual(SMALL.bytesMax);
  }
  const [values, order, facts] = await Promise.all([
    world.gate.hgetall('{cache}:pages:values'),
    world.gate.zcard('{cache}:pages:order'),
    world.gate.hgetall('{cache}:pages:facts'),
  ]);
  expect(Object.keys(values)).toHaveLength(order);
  const counted = Object.entries(facts).filter(([id]) => id !== '#');
  expect(counted).toHaveLength(order);
  expect(Number(facts['#'])).toBe(counted.reduce((sum, [, fact]) => sum + Number(fact.split(' ')[1]), 0));
  const large = fresh();
  await one.read(asked(large, async () => 'x'.repeat(5_000)));
  await one.idle();
  expect((await two.read(asked(large, async () => 'again'))).value).toBe('again');
});

test.each(['order', 'facts', 'values'])(
  'G65: a Redis that evicted only the %s leaves nothing that nobody counts, and what is kept from then on stays',
  async (part) => {
    await world.gate.flushall();
    const fill = async () => {
      for (let i = 0; i < SMALL.entriesMax; i++)
        await one.read(asked(fresh(), async () => 'x'.repeat(1_500)));
      await one.idle();
    };
    // Often enough that what was lost count of would fill all there may be.
    for (let round = 0; round < 4; round++) {
      await fill();
      await world.gate.del(`{cache}:pages:${part}`);
    }
    const key = fresh();
    await one.read(asked(key, async () => 'kept'));
    await one.idle();
    expect((await two.read(asked(key, async () => 'loaded anew'))).value).toBe('kept');
    const [values, order, facts] = await Promise.all([
      world.gate.hkeys('{cache}:pages:values'),
      world.gate.zrange('{cache}:pages:order', '0', '-1'),
      world.gate.hgetall('{cache}:pages:facts'),
    ]);
    expect(values.sort()).toEqual(order.sort());
    expect(Number(facts['#'])).toBeLessThanOrEqual(SMALL.bytesMax);
    expect(Object.keys(facts)).toHaveLength(order.length + 1);
  },
);

test('G65: tags are bounded: too many of them become one, and what they invalidated stays so', async () => {
  const key = fresh();
  await one.read(asked(key, async () => 'old', ['t3']));
  await one.idle();
  for (let n = 0; n < 11; n++)
    await one.invalidate(Array.from({ length: 1_000 }, (_, i) => `t${n * 1_000 + i}`));
  expect(await world.gate.zcard('{cache}:pages:tags')).toBeLessThanOrEqual(10_000);
  expect((await two.read(asked(key, async () => 'new', ['t3']))).value).toBe('new');
});
