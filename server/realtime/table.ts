/**
 * The table of socket events: what a slice declares (event, schema, access, function) made ready to be called, with
 * its validator compiled once. Knows nothing of Socket.IO.
 */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { ERRORS, type ErrorBody, errorBody, type Refusal, type Result, refuse } from '../protocol/index.ts';
import { type Access, mayUse, type SocketHandler } from '../transport/index.ts';
import type { Connection } from './connection.ts';

export interface TableRow {
  event: string;
  access: Access;
  /** A new hold: refused while the edge drains. */
  check(payload: unknown): boolean;
  /** The first thing wrong with a payload that did not pass `check`. */
  refusal(payload: unknown): Refusal;
  run(connection: Connection, payload: unknown): Promise<Result<unknown>> | Result<unknown>;
  /** Answers by code, for the metrics: counted here, since a labelled counter costs more than the event itself. */
  readonly answers: Map<string, number>;
}

interface SchemaError {
  instancePath: string;
  message: string;
}

/** `/items/0/quantity` → `items.0.quantity`. */
function fieldOf(error: SchemaError | undefined): string {
  const path = (error?.instancePath ?? '').slice(1).replaceAll('/', '.');
  const missing = /required properties (\w+)/.exec(error?.message ?? '')?.[1];
  if (missing) return path ? `${path}.${missing}` : missing;
  return path || 'payload';
}

export function tableRow(event: string, schema: TSchema, access: Access, run: TableRow['run']): TableRow {
  const validator = Compile(schema);
  return {
    event,
    access,
    check: (payload) => validator.Check(payload),
    refusal(payload) {
      const first = [...validator.Errors(payload)][0] as SchemaError | undefined;
      return refuse('INVALID_REQUEST', { field: fieldOf(first), problem: first?.message ?? 'not valid' })
        .error;
    },
    run,
    answers: new Map(),
  };
}

export const rowOf = (handler: SocketHandler): TableRow =>
  tableRow(handler.event, handler.schema, handler.access, (connection, payload) =>
    handler.handle(connection.caller, payload),
  );

/** @throws Error when two slices claim one event. */
export function createTable(rows: readonly TableRow[]): ReadonlyMap<string, TableRow> {
  const table = new Map<string, TableRow>();
  for (const row of rows) {
    if (table.has(row.event)) throw new Error(`two handlers for the socket event ${row.event}`);
    table.set(row.event, row);
  }
  return table;
}

export const refusedAccess = (row: TableRow, connection: Connection): Refusal | undefined =>
  mayUse(row.access, connection.caller.account) ? undefined : { code: 'FORBIDDEN' };

export function countAnswer(row: TableRow, code: string): void {
  row.answers.set(code, (row.answers.get(code) ?? 0) + 1);
}

/** Refusals without details never change: their acknowledgements are made once. */
const PLAIN = new Map(
  Object.keys(ERRORS).map((code) => [
    code,
    { ok: false, error: errorBody({ code: code as ErrorBody['code'] }) },
  ]),
);

export const refusedAck = (refusal: Refusal): unknown =>
  refusal.message || refusal.details ? { ok: false, error: errorBody(refusal) } : PLAIN.get(refusal.code);
