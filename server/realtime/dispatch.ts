/**
 * One event from a socket: known, allowed, not too often, well formed, then handled and answered. On the hot path
 * nothing is logged and nothing is awaited that need not be.
 */
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Refusal, type Result, refuse } from '../protocol/index.ts';
import { isStoreAway } from '../stores/index.ts';
import { take, waitMs } from './bucket.ts';
import type { Connection } from './connection.ts';
import { countAnswer, refusedAccess, refusedAck, type TableRow } from './table.ts';

type Ack = (answer: unknown) => void;
const unheard: Ack = () => undefined;

const UNKNOWN_EVENT: Refusal = refuse('INVALID_REQUEST', { field: 'event', problem: 'no such event' }).error;
const ONE_PAYLOAD: Refusal = refuse('INVALID_REQUEST', {
  field: 'payload',
  problem: 'send one payload',
}).error;
const DRAINING: Refusal = { code: 'DRAINING' };
const STORE_RETRY_MS = 1_000;

export interface DispatchDeps {
  table: ReadonlyMap<string, TableRow>;
  clock: Clock;
  log: Logger;
  /** Answers to events that are in no table, by code. */
  countUnknown(code: string): void;
}

function tooOften(connection: Connection, now: number): Refusal | undefined {
  if (connection.exempt) return undefined;
  if (!take(connection.bucket, LIMITS.socketEventsPerSecond, LIMITS.socketEventsBurst, now))
    return refuse('RATE_LIMITED', { retryAfterMs: waitMs(connection.bucket, LIMITS.socketEventsPerSecond) })
      .error;
  const { bucket } = connection.account;
  if (!take(bucket, LIMITS.accountEventsPerSecond, LIMITS.accountEventsBurst, now))
    return refuse('RATE_LIMITED', { retryAfterMs: waitMs(bucket, LIMITS.accountEventsPerSecond) }).error;
  return undefined;
}

/** `args` as Socket.IO hands them over: the event, its payload, and the acknowledgement if one was asked for. */
export function createDispatch(deps: DispatchDeps): (connection: Connection, args: unknown[]) => void {
  function finish(connection: Connection, row: TableRow, ack: Ack, result: Result<unknown>): void {
    connection.inFlight--;
    if (result.ok) {
      countAnswer(row, 'OK');
      ack({ ok: true, data: result.value });
    } else {
      countAnswer(row, result.error.code);
      ack(refusedAck(result.error));
    }
  }

  function fail(connection: Connection, row: TableRow, ack: Ack, err: unknown): void {
    connection.inFlight--;
    const away = isStoreAway(err);
    const { error } = away
      ? refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: STORE_RETRY_MS })
      : refuse('INTERNAL');
    countAnswer(row, error.code);
    if (away) deps.log.warn({ err: (err as Error).message, event: row.event }, 'a store is away');
    else
      deps.log.error({ err, event: row.event, user: connection.caller.account.id }, 'socket handler failed');
    ack(refusedAck(error));
  }

  function refusalBefore(
    connection: Connection,
    row: TableRow,
    args: unknown[],
    size: number,
  ): Refusal | undefined {
    const now = deps.clock.now();
    return (
      tooOften(connection, now) ??
      (connection.closeAt !== 0 && now >= connection.closeAt ? DRAINING : undefined) ??
      refusedAccess(row, connection) ??
      (size > 2 ? ONE_PAYLOAD : undefined) ??
      (row.check(args[1]) ? undefined : row.refusal(args[1]))
    );
  }

  return function dispatch(connection, args) {
    const last = args[args.length - 1];
    const ack = typeof last === 'function' ? (last as Ack) : unheard;
    const row = deps.table.get(args[0] as string);
    if (!row) {
      const refusal = tooOften(connection, deps.clock.now()) ?? UNKNOWN_EVENT;
      deps.countUnknown(refusal.code);
      ack(refusedAck(refusal));
      return;
    }
    const refusal = refusalBefore(connection, row, args, ack === unheard ? args.length : args.length - 1);
    if (refusal) {
      countAnswer(row, refusal.code);
      ack(refusedAck(refusal));
      return;
    }
    connection.inFlight++;
    try {
      const answer = row.run(connection, args[1]);
      if (answer instanceof Promise)
        answer.then(
          (result) => finish(connection, row, ack, result),
          (err) => fail(connection, row, ack, err),
        );
      else finish(connection, row, ack, answer);
    } catch (err) {
      fail(connection, row, ack, err);
    }
  };
}
