/**
 * Inclusion proofs (rule Q34): the siblings from one place's leaf up to the published root. A closed lobby's tree never changes, so the
 * few trees in demand stay in memory; building one of 100,000 leaves takes a moment and leaves the event loop room.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Uuid } from '../kernel/index.ts';
import { type DrawProof, ok, type Result, refuse } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import { serverMerkle } from './receipt.ts';

const LEAVES = statement(
  'queue_leaves',
  `select w.root, (select string_agg(t.leaf, ''::bytea order by t.leaf)
     from (select ticketing.place_leaf(p.drop_id, p.id, p.commitment, p.joined_at) as leaf
             from ticketing.places p where p.drop_id = w.drop_id and p.lobby) t) as leaves
   from ticketing.draws w where w.drop_id = $1`,
);
const LEAF = statement(
  'queue_leaf',
  `select ticketing.place_leaf(p.drop_id, p.id, p.commitment, p.joined_at) as leaf, p.number
   from ticketing.places p where p.drop_id = $1 and p.id = $2 and p.lobby`,
);

const HASH = 32;
/** Trees kept: 6.4 MB each at 100,000 places. */
const TREES_MAX = 4;
const NODES_PER_TURN = 4_096;

/** Levels from the leaves up, each one buffer of 32-byte hashes. */
type Tree = Buffer[];

const nodeAt = (level: Buffer, i: number): Buffer => level.subarray(i * HASH, (i + 1) * HASH);

async function build(leaves: Buffer): Promise<Tree> {
  const levels: Tree = [leaves];
  for (let level = leaves; level.length > HASH; level = levels.at(-1)!) {
    const size = level.length / HASH;
    const up = Buffer.allocUnsafe(Math.ceil(size / 2) * HASH);
    for (let i = 0; i < size; i += 2) {
      up.set(
        i + 1 < size ? serverMerkle.node(nodeAt(level, i), nodeAt(level, i + 1)) : nodeAt(level, i),
        (i / 2) * HASH,
      );
      if (i % NODES_PER_TURN === 0) await turn();
    }
    levels.push(up);
  }
  return levels;
}

function indexOf(leaves: Buffer, leaf: Buffer): number {
  let low = 0;
  let high = leaves.length / HASH;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(nodeAt(leaves, middle), leaf) < 0) low = middle + 1;
    else high = middle;
  }
  return nodeAt(leaves, low).equals(leaf) ? low : -1;
}

export interface Proofs {
  /** Refuses NOT_FOUND: no such draw, lobby not closed yet, or the place is not in it. */
  proofOf(dropId: Uuid, placeId: Uuid): Promise<Result<DrawProof>>;
}

export function createProofs(reads: Pool): Proofs {
  const trees = new Map<Uuid, Promise<Tree | null>>();

  async function load(dropId: Uuid): Promise<Tree | null> {
    const row = await reads.one<{ root: Buffer; leaves: Buffer | null }>(LEAVES, [dropId]);
    if (!row?.leaves) return null;
    const tree = await build(row.leaves);
    // The ledger's tree and this one must agree, or there is nothing to prove.
    if (!tree.at(-1)!.equals(row.root))
      throw new Error(`the places of drop ${dropId} do not lead to its published root`);
    return tree;
  }

  async function treeOf(dropId: Uuid): Promise<Tree | null> {
    const loading = trees.get(dropId) ?? load(dropId);
    trees.delete(dropId);
    trees.set(dropId, loading);
    for (const oldest of trees.keys()) {
      if (trees.size <= TREES_MAX) break;
      trees.delete(oldest);
    }
    const tree = await loading.catch((err) => {
      trees.delete(dropId);
      throw err;
    });
    // Not closed yet: asked again next time.
    if (!tree) trees.delete(dropId);
    return tree;
  }

  return {
    async proofOf(dropId, placeId) {
      const place = await reads.one<{ leaf: Buffer; number: number | null }>(LEAF, [dropId, placeId]);
      const tree = place ? await treeOf(dropId) : null;
      const index = tree && place ? indexOf(tree[0]!, place.leaf) : -1;
      if (!tree || !place || index < 0) return refuse('NOT_FOUND');
      const path: string[] = [];
      for (const [depth, level] of tree.slice(0, -1).entries()) {
        const at = index >>> depth;
        const sibling = nodeAt(level, at % 2 === 1 ? at - 1 : at + 1);
        if (sibling.length === HASH) path.push(sibling.toString('hex'));
      }
      return ok({
        placeId,
        leaf: place.leaf.toString('hex'),
        index,
        size: tree[0]!.length / HASH,
        path,
        root: tree.at(-1)!.toString('hex'),
        number: place.number,
      });
    },
  };
}
