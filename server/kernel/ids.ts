/** Ids are time-ordered UUIDs (version 7, RFC 9562), so that B-trees grow at one end. */
import { randomBytes } from 'node:crypto';

export type Uuid = string;
export interface Ids {
  next(): Uuid;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is Uuid {
  return typeof value === 'string' && UUID.test(value);
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

// Random bytes are drawn in one large piece: one system call for 1,024 ids instead of one each.
let pool = Buffer.alloc(0);
let used = 0;

export function uuidv7(nowMs: number): Uuid {
  if (used + 10 > pool.length) {
    pool = randomBytes(10 * 1024);
    used = 0;
  }
  const r = pool;
  const o = used;
  used += 10;
  const hi = Math.floor(nowMs / 2 ** 16);
  const lo = nowMs % 2 ** 16;
  const h = (n: number) => HEX[n & 255] as string;
  return (
    h(hi >>> 24) +
    h(hi >>> 16) +
    h(hi >>> 8) +
    h(hi) +
    '-' +
    h(lo >>> 8) +
    h(lo) +
    '-' +
    h(0x70 | ((r[o] as number) & 15)) +
    h(r[o + 1] as number) +
    '-' +
    h(0x80 | ((r[o + 2] as number) & 63)) +
    h(r[o + 3] as number) +
    '-' +
    h(r[o + 4] as number) +
    h(r[o + 5] as number) +
    h(r[o + 6] as number) +
    h(r[o + 7] as number) +
    h(r[o + 8] as number) +
    h(r[o + 9] as number)
  );
}

export function createIds(now: () => number): Ids {
  return { next: () => uuidv7(now()) };
}

/** A UUID's 16 bytes, as the draw hashes them. Throws on anything that is not a UUID. */
export function uuidBytes(id: Uuid): Buffer {
  if (!isUuid(id)) throw new TypeError(`not a UUID: ${id}`);
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
