/**
 * Rows that are asked for together are read together: what a burst of payments reads between its steps costs one
 * statement, not hundreds. They may share a snapshot, since it is taken after the last of them asked.
 */
import { waiting } from '../kernel/index.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Db, Statement } from './postgres.ts';

const MAX_BATCH = 400;
const MAX_WAITING = 100_000;
const IN_FLIGHT = 2;

export interface ReadTogetherOptions<Asked, Row> {
  statement: Statement;
  /** The statement's parameters, of questions that differ. */
  values(asked: readonly Asked[]): readonly unknown[];
  keyOf(asked: Asked): string;
  /** Whose answer a row is. */
  keyOfRow(row: Row): string;
}

/** Resolves with the rows of one question, in the statement's order; none: there is nothing. */
export function createReadTogether<Asked, Row>(
  db: Db,
  { statement, values, keyOf, keyOfRow }: ReadTogetherOptions<Asked, Row>,
): (asked: Asked) => Promise<readonly Row[]> {
  const group = createGroupCommit<Asked, readonly Row[]>({
    async commit(_key, batch) {
      const questions = new Map(batch.map((asked) => [keyOf(asked), asked]));
      const found = new Map<string, Row[]>();
      for (const row of await db.all<Row>(statement, values([...questions.values()]))) {
        const rows = found.get(keyOfRow(row));
        if (rows) rows.push(row);
        else found.set(keyOfRow(row), [row]);
      }
      return batch.map((asked) => found.get(keyOf(asked)) ?? []);
    },
    maxBatch: MAX_BATCH,
    maxInFlight: IN_FLIGHT,
    maxWaiting: MAX_WAITING,
    onFull: () => {
      throw new Error('too many reads wait for the ledger');
    },
  });
  return async (asked) => waiting('db', group.submit('', asked));
}
