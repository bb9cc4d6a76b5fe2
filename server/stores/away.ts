/** Whether a store is away, told from the many shapes in which drivers say so. */
import { sqlState } from './postgres.ts';

/** Statement and lock time-outs, too many connections, a server going down or not yet up. */
const AWAY = /^(57P|53|08|57014|55P03|40001|40P01|25006)/;
const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'ENOENT',
]);
/** pg and ioredis give these no code. */
const AWAY_MESSAGES =
  /timeout exceeded when trying to connect|query read timeout|connection terminated|client has encountered a connection error|client was closed and is not queryable|connection is closed|stream isn't writeable|command timed out|max retries per request|cannot use a pool after/i;

/** True: it may be back in a moment, and asking again is safe where the request carries its own id. */
export function isStoreAway(err: unknown): boolean {
  if (!(err instanceof Error)) return false;
  const state = sqlState(err);
  if (state !== undefined) return AWAY.test(state);
  if (AWAY_MESSAGES.test(err.message)) return true;
  const { syscall, code } = err as { syscall?: unknown; code?: unknown };
  return typeof syscall === 'string' && typeof code === 'string' && SOCKET_ERRORS.has(code);
}
