/** What an idempotency key was first used for, so that another use of it is noticed (rules O4, O9). */
import { createHash } from 'node:crypto';
import { isUuid } from '../kernel/index.ts';

/** An id means the same in capitals. */
const asMeant = (_name: string, value: unknown): unknown => (isUuid(value) ? value.toLowerCase() : value);

/** SHA-256 over the operation and its values. Of a card only what is stored anyway may stand here. */
export function requestHash(operation: string, values: Readonly<Record<string, unknown>>): Buffer {
  const sorted = Object.keys(values)
    .sort()
    .map((name) => [name, values[name]]);
  return createHash('sha256')
    .update(JSON.stringify([operation, sorted], asMeant))
    .digest();
}

/** The request id a key stands for where a hold is placed: the same key, the same hold. */
export function requestIdOf(userId: string, key: string): string {
  const h = createHash('sha256').update(`${userId}\n${key}`).digest();
  h[6] = ((h[6] as number) & 0x0f) | 0x80;
  h[8] = ((h[8] as number) & 0x3f) | 0x80;
  const hex = h.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
