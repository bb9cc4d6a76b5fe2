/** Whom each seat of a drop is kept for, as the ledger has it now: for the gate, when it is told and when it is rebuilt. */
import { type Db, sqlFile } from '../stores/index.ts';

const KEPT = sqlFile(import.meta.url, 'kept.sql');

export interface Kept {
  /** Rises with every change. */
  version: number;
  /** A byte per seat: its channel, 0: everybody's, 255: not on sale. */
  kept: Buffer;
}

/** Undefined: the drop has no seats. */
export const readKept = (db: Db, dropId: string): Promise<Kept | undefined> => db.one<Kept>(KEPT, [dropId]);
