/**
 * Random histories of writers, readers and accidents against what is true: a read that begins after a write was answered must never see
 * older. The ledger is a number per thing that only grows; each load takes as long as chance says, and reads once in between.
 */
import { systemClock } from '../../kernel/index.ts';
import type { TestWorld } from '../testing.ts';
import { testCache } from './testing.ts';

export type Step =
  | { do: 'read' | 'write'; process: number; thing: number; ms: number }
  | { do: 'flush' | 'lose-tags' | 'cut' | 'pause'; ms: number };

export interface Seen {
  /** Reads that saw older than what had been answered before they began. */
  stale: string[];
  hits: number;
}

const THINGS = 3;
/** Room for two of the three: what was kept is let go of again and again. */
const TIGHT = { entriesMax: 2, bytesMax: 20_000, entryBytesMax: 4_000 };

export async function playHistory(
  world: TestWorld,
  processes: number,
  steps: readonly Step[],
): Promise<Seen> {
  const { gate } = world;
  await gate.flushall();
  const caches = Array.from({ length: processes }, () => testCache(world.redisUrl, { bounds: TIGHT }));
  await Promise.all(caches.map((cache) => cache.settled()));
  const truth = new Array<number>(THINGS).fill(0);
  const answered = new Array<number>(THINGS).fill(0);
  const seen: Seen = { stale: [], hits: 0 };
  const under: Promise<void>[] = [];
  const pause = (ms: number) => systemClock.sleep(ms);

  async function read(cache: (typeof caches)[number], thing: number, ms: number): Promise<void> {
    const atLeast = answered[thing] as number;
    const had = await cache.read({
      what: 'thing',
      key: `thing ${thing}`,
      tags: [`thing:${thing}`],
      async load() {
        await pause(ms / 2);
        const value = truth[thing] as number;
        await pause(ms);
        return value;
      },
    });
    if (had.from === 'cache') seen.hits++;
    if (had.value < atLeast)
      seen.stale.push(`thing ${thing}: ${had.value} from the ${had.from}, after ${atLeast} was answered`);
  }
  async function write(cache: (typeof caches)[number], thing: number): Promise<void> {
    const mine = ++(truth[thing] as number);
    await cache.invalidate([`thing:${thing}`]);
    answered[thing] = Math.max(answered[thing] as number, mine);
  }

  for (const step of steps) {
    if (step.do === 'read') under.push(read(caches[step.process % processes]!, step.thing % THINGS, step.ms));
    else if (step.do === 'write') under.push(write(caches[step.process % processes]!, step.thing % THINGS));
    else if (step.do === 'flush') await gate.flushall();
    else if (step.do === 'lose-tags') await gate.del('{cache}:pages:tags');
    else if (step.do === 'cut') for (const cache of caches) cache.redis.disconnect(true);
    else await gate.client('PAUSE', 150, 'ALL');
    await pause(step.ms / 4);
  }
  await Promise.all(under);
  await Promise.all(caches.map((cache) => cache.idle()));
  for (const cache of caches) cache.close();
  return seen;
}
