/** Who does a loop's work, so that ten workers do not all look at the same drops four times a second (rule W2). */
import { LIMITS } from '../limits.ts';
import { luaFile, type Redis, runScript } from '../stores/index.ts';

const LEASE = luaFile(import.meta.url, 'lease.lua');

export interface Lease {
  /** True when this worker should do the work now. Redis away: everybody should, which is harmless. */
  mine(name: string): Promise<boolean>;
  /** Gives up what this worker holds, so that the next one need not wait for it to lapse. */
  release(): Promise<void>;
}

export function createLease(redis: Redis, holder: string): Lease {
  const held = new Set<string>();
  const keyOf = (name: string): string => `lease:{${name}}`;
  return {
    async mine(name) {
      if (redis.status !== 'ready') return true;
      try {
        const answer = await runScript(redis, LEASE, [keyOf(name)], [holder, LIMITS.workerLeaseMs]);
        if (answer === 'MINE') held.add(name);
        else held.delete(name);
        return answer === 'MINE';
      } catch {
        // Whether it was written is not known and does not matter: the work is safe to do twice.
        return true;
      }
    },
    async release() {
      if (redis.status !== 'ready') return;
      for (const name of held) if ((await redis.get(keyOf(name))) === holder) await redis.del(keyOf(name));
      held.clear();
    },
  };
}
