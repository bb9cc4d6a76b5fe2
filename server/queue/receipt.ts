/**
 * Receipts (rule Q9): a fan's proof that the place was counted. One Ed25519 signature serves a whole batch of joins, over the
 * Merkle root of its leaves; each receipt carries its own leaf's inclusion path. A leaf is hashed exactly as in the draw's tree,
 * so that the receipt names the very hash to look for there.
 *
 *   receipt = base64url(place 16 ‖ commitment 32 ‖ joined at 8 ‖ index 4 ‖ size 4 ‖ path 32 × k) ~ JWS {drop, root, secretHash}
 *
 * Rejected: a signature for each join (40 µs of the event loop each: at most 25,000 a second, and nothing else).
 */
import { hash } from 'node:crypto';
import { type Uuid, uuidBytes } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import { inclusionPath, merkle } from '../protocol/index.ts';

export const serverMerkle = merkle((data) => hash('sha256', data, 'buffer'));

export interface ReceiptLeaf {
  placeId: Uuid;
  commitment: Buffer;
  joinedAtMicros: number;
}

/** A receipt for each leaf, in order. All leaves are of one drop. */
export function signReceipts(
  keys: KeyRing,
  dropId: Uuid,
  secretHash: Buffer,
  leaves: readonly ReceiptLeaf[],
): string[] {
  const levels = serverMerkle.levels(leaves.map((leaf) => serverMerkle.leaf({ dropId, ...leaf })));
  const root = Buffer.from(levels.at(-1)![0]!).toString('base64url');
  const jws = keys.signToken('receipt', { drop: dropId, root, secretHash: secretHash.toString('base64url') });
  return leaves.map((leaf, index) => {
    const path = inclusionPath(levels, index);
    const body = Buffer.allocUnsafe(64 + 32 * path.length);
    uuidBytes(leaf.placeId).copy(body, 0);
    leaf.commitment.copy(body, 16);
    body.writeBigInt64BE(BigInt(leaf.joinedAtMicros), 48);
    body.writeUInt32BE(index, 56);
    body.writeUInt32BE(leaves.length, 60);
    path.forEach((sibling, i) => {
      body.set(sibling, 64 + 32 * i);
    });
    return `${body.toString('base64url')}~${jws}`;
  });
}
