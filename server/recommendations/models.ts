/** Models in the ledger: one row each, so that a reader has a whole one or none (rule J9). */
import { LIMITS } from '../limits.ts';
import { type Db, type Pool, statement } from '../stores/index.ts';
import { decodeModel, type Model, type Quality } from './model.ts';

const NEWEST = statement(
  'recommendations_newest_model',
  'select id, trained_at as "trainedAt" from recommendations.models order by trained_at desc, id desc limit 1',
);
const READ = statement(
  'recommendations_read_model',
  'select model from recommendations.models where id = $1',
);
const KEEP = statement(
  'recommendations_keep_model',
  `insert into recommendations.models (id, trained_at, seed, deeds, people, traits, took_ms, quality, model)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const PRUNE = statement(
  'recommendations_prune_models',
  `delete from recommendations.models where id not in (
     select id from recommendations.models order by trained_at desc, id desc limit $1)`,
);

export interface NewestModel {
  id: string;
  trainedAt: Date;
}

export const newestModel = (db: Db): Promise<NewestModel | undefined> => db.one<NewestModel>(NEWEST);

/** Null: pruned in the meantime. @throws Error when what is stored is no model */
export async function readModel(db: Db, id: string): Promise<Model | null> {
  const row = await db.one<{ model: Buffer }>(READ, [id]);
  return row ? decodeModel(row.model) : null;
}

export interface Trained {
  bytes: Uint8Array;
  seed: number;
  deeds: number;
  people: number;
  traits: number;
  quality: Quality | null;
}

/** Puts a model in use and prunes the oldest, in one transaction. */
export async function keepModel(
  pool: Pool,
  id: string,
  trainedAt: Date,
  tookMs: number,
  { bytes, seed, deeds, people, traits, quality }: Trained,
): Promise<void> {
  await pool.transaction(async (tx) => {
    await tx.all(KEEP, [
      id,
      trainedAt,
      seed,
      deeds,
      people,
      traits,
      Math.round(tookMs),
      quality === null ? null : JSON.stringify(quality),
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    ]);
    await tx.all(PRUNE, [LIMITS.modelsKept]);
  });
}
