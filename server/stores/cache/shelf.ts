/** The four operations on what is kept in Redis, each one script; all keys of a shelf have one hash tag. */
import { createHash } from 'node:crypto';
import { waiting } from '../../kernel/index.ts';
import { LIMITS } from '../../limits.ts';
import { luaFile, type Redis, runScript } from '../redis.ts';
import type { CacheBounds } from './bounds.ts';
import { within } from './patience.ts';

const READ = luaFile(import.meta.url, 'read.lua');
const WRITE = luaFile(import.meta.url, 'write.lua');
const PEEK = luaFile(import.meta.url, 'peek.lua');
const RELEASE = luaFile(import.meta.url, 'release.lua');
const INVALIDATE = luaFile(import.meta.url, 'invalidate.lua');

const FRESH_US = LIMITS.cacheFreshMs * 1_000;

/** Stamps are microseconds by Redis's clock; `value` is null where the caller's own copy is that one. */
export type Looked =
  | { word: 'HIT'; stamp: number; value: string | null }
  | { word: 'RENEW'; stamp: number; value: string | null; begun: number }
  | { word: 'LOAD'; begun: number }
  | { word: 'WAIT' };

export interface Written {
  entries: number;
  bytes: number;
}

/** Every operation @throws when Redis does not answer in time; what it did is open then. */
export interface Shelf {
  look(id: string, asked: { known: number; earlierUs: number; alone: boolean }): Promise<Looked>;
  /** Null: larger than one entry may be. */
  write(id: string, stamp: number, tags: readonly string[], value: string): Promise<Written | null>;
  /** Gives the lease back: nothing was kept. */
  release(id: string): Promise<void>;
  peek(id: string): Promise<{ stamp: number; value: string } | null>;
  invalidate(tags: readonly string[]): Promise<void>;
}

export const idOf = (key: string): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, 27);

export interface ShelfDeps {
  redis: Redis;
  name: string;
  bounds: CacheBounds;
  /** This process, for leases. */
  holder: string;
  /** How long an answer is waited for; default: what a reader of a page can bear. */
  timeoutMs?: number;
}

export function createShelf({ redis, name, bounds, holder, timeoutMs }: ShelfDeps): Shelf {
  const key = (part: string) => `{cache}:${name}:${part}`;
  const [values, facts, order, tags] = ['values', 'facts', 'order', 'tags'].map(key) as [
    string,
    string,
    string,
    string,
  ];
  const leaseOf = (id: string) => key(`lease:${id}`);
  const run = (...script: Parameters<typeof runScript> extends [Redis, ...infer Rest] ? Rest : never) =>
    waiting('cache', within(timeoutMs ?? LIMITS.cacheTimeoutMs, runScript(redis, ...script)));

  return {
    async look(id, { known, earlierUs, alone }) {
      const args = [
        id,
        known,
        FRESH_US,
        Math.round(earlierUs),
        holder,
        LIMITS.cacheLeaseMs,
        alone ? 'alone' : '',
      ];
      const said = (await run(READ, [values, facts, tags, leaseOf(id)], args)) as string[];
      const [word, first, second, third] = said;
      const value = second || null;
      if (word === 'HIT') return { word, stamp: Number(first), value };
      if (word === 'RENEW') return { word, stamp: Number(first), value, begun: Number(third) };
      return word === 'LOAD' ? { word, begun: Number(first) } : { word: 'WAIT' };
    },
    async write(id, stamp, tagged, value) {
      if (Buffer.byteLength(value) > bounds.entryBytesMax) {
        // Whoever waits for it would wait for nothing.
        await run(RELEASE, [leaseOf(id)], [holder]);
        return null;
      }
      const oldest = Math.max(0, stamp - LIMITS.cacheKeptMs * 1_000);
      const said = (await run(
        WRITE,
        [values, facts, order, leaseOf(id)],
        [id, stamp, tagged.join(' '), value, bounds.entriesMax, bounds.bytesMax, oldest, holder],
      )) as [string, number, number];
      return { entries: said[1], bytes: said[2] };
    },
    async release(id) {
      await run(RELEASE, [leaseOf(id)], [holder]);
    },
    async peek(id) {
      const [stamp, value] = (await run(PEEK, [values, facts], [id])) as string[];
      return stamp === undefined || value === undefined ? null : { stamp: Number(stamp), value };
    },
    async invalidate(changed) {
      await run(INVALIDATE, [tags], [2 * FRESH_US, LIMITS.cacheTagsMax, ...changed]);
    },
  };
}
