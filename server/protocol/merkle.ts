/**
 * Merkle trees as RFC 6962 builds them: leaves hashed under 0x00, inner nodes under 0x01, a lone node on the right
 * goes up unchanged. The hash function is handed in: the server's own, or the browser's (sha256.ts).
 */
export type Hash = (data: Uint8Array) => Uint8Array;

export interface Merkle {
  /** The hash of the place's leaf (rule Q12): 0x00 ‖ drop ‖ place ‖ commitment ‖ joined at (int64 µs, big-endian). */
  leaf(leaf: PlaceLeaf): Uint8Array;
  /** The inner node over two. */
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
  /** From the leaf hashes up to the root alone. An empty tree's root is the hash of nothing. */
  levels(leaves: readonly Uint8Array[]): Uint8Array[][];
  /** The root that an inclusion path leads to, or null when path, index and size do not fit together. */
  rootOf(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Uint8Array | null;
}

export interface PlaceLeaf {
  dropId: string;
  placeId: string;
  commitment: Uint8Array;
  joinedAtMicros: number;
}

const LEAF_BYTES = 1 + 16 + 16 + 32 + 8;

export function hexBytes(hex: string): Uint8Array {
  if (hex.length % 2 !== 0 || /[^0-9a-f]/i.test(hex)) throw new TypeError('not hexadecimal');
  const out = new Uint8Array(hex.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function uuidOctets(id: string): Uint8Array {
  const bytes = hexBytes(id.replaceAll('-', ''));
  if (bytes.length !== 16) throw new TypeError(`not a UUID: ${id}`);
  return bytes;
}

export const bytesHex = (bytes: Uint8Array): string => {
  let out = '';
  for (const byte of bytes) out += byte.toString(16).padStart(2, '0');
  return out;
};

/** Big-endian order of bytes, as the leaves are sorted. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => compareBytes(a, b) === 0;

export function merkle(hash: Hash): Merkle {
  const node = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    const data = new Uint8Array(65);
    data[0] = 1;
    data.set(left, 1);
    data.set(right, 33);
    return hash(data);
  };
  return {
    node,
    leaf({ dropId, placeId, commitment, joinedAtMicros }) {
      if (commitment.length !== 32) throw new TypeError('a commitment has 32 bytes');
      const data = new Uint8Array(LEAF_BYTES);
      data.set(uuidOctets(dropId), 1);
      data.set(uuidOctets(placeId), 17);
      data.set(commitment, 33);
      new DataView(data.buffer).setBigInt64(65, BigInt(joinedAtMicros));
      return hash(data);
    },
    levels(leaves) {
      if (leaves.length === 0) return [[hash(new Uint8Array(0))]];
      const levels: Uint8Array[][] = [[...leaves]];
      for (let level = levels[0]!; level.length > 1; level = levels.at(-1)!) {
        const up: Uint8Array[] = [];
        for (let i = 0; i + 1 < level.length; i += 2) up.push(node(level[i]!, level[i + 1]!));
        if (level.length % 2 === 1) up.push(level.at(-1)!);
        levels.push(up);
      }
      return levels;
    },
    rootOf(leaf, index, size, path) {
      if (!Number.isSafeInteger(index) || index < 0 || index >= size) return null;
      let at = leaf;
      let used = 0;
      for (let i = index, n = size; n > 1; i = Math.floor(i / 2), n = Math.ceil(n / 2)) {
        if (i % 2 === 0 && i === n - 1) continue; // goes up unchanged
        const sibling = path[used++];
        if (sibling?.length !== 32) return null;
        at = i % 2 === 1 ? node(sibling, at) : node(at, sibling);
      }
      return used === path.length ? at : null;
    },
  };
}

/** The siblings that lead from leaf `index` up to the root. */
export function inclusionPath(levels: readonly (readonly Uint8Array[])[], index: number): Uint8Array[] {
  const path: Uint8Array[] = [];
  let i = index;
  for (const level of levels.slice(0, -1)) {
    const sibling = level[i % 2 === 1 ? i - 1 : i + 1];
    if (sibling) path.push(sibling);
    i = Math.floor(i / 2);
  }
  return path;
}
