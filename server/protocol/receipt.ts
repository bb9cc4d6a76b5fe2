/**
 * A receipt's text, taken apart and checked (rule Q9). It proves that the server, whose key signed, promised to count this place:
 *
 *   base64url(place 16 ‖ commitment 32 ‖ joined at 8 ‖ index 4 ‖ size 4 ‖ path 32 × k) ~ JWS {drop, root, secretHash}
 *
 * One signature serves a batch of joins: the JWS signs the root of the batch's own small tree, the path leads to it.
 */
import { bytesHex, type Merkle, merkle, sameBytes } from './merkle.ts';
import { sha256 } from './sha256.ts';

export interface Receipt {
  dropId: string;
  placeId: string;
  commitment: Uint8Array;
  joinedAtMicros: number;
  index: number;
  size: number;
  path: Uint8Array[];
  /** Root of the batch, and the secret's hash as it stood when the place was taken: both signed. */
  root: Uint8Array;
  secretHash: Uint8Array;
  /** The leaf's hash, to be found in the draw's tree. */
  leaf: Uint8Array;
  keyId: string;
  /** What the signature covers, and the signature. */
  signed: Uint8Array;
  signature: Uint8Array;
}

/** Checks an Ed25519 signature under the public key with this id. */
export type VerifySignature = (keyId: string, signed: Uint8Array, signature: Uint8Array) => Promise<boolean>;

const FIXED = 64;

export function base64urlBytes(text: string): Uint8Array {
  if (/[^A-Za-z0-9_-]/.test(text)) throw new TypeError('not base64url');
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0));
}

function uuidOf(bytes: Uint8Array): string {
  const hex = bytesHex(bytes);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const json = (part: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(base64urlBytes(part))) as Record<string, unknown>;

function text(value: unknown, name: string): string {
  if (typeof value !== 'string') throw new TypeError(`the receipt has no ${name}`);
  return value;
}

/** @throws Error in plain words when this is no receipt. */
export function parseReceipt(receipt: string, tree: Merkle = merkle(sha256)): Receipt {
  const [body = '', jws = '', ...more] = receipt.trim().split('~');
  const parts = jws.split('.');
  if (more.length > 0 || parts.length !== 3) throw new TypeError('this is not a receipt');
  const bytes = base64urlBytes(body);
  if (bytes.length < FIXED || bytes.length % 32 !== 0) throw new TypeError('the receipt is cut short');
  const header = json(parts[0]!);
  const claims = json(parts[1]!);
  if (header.alg !== 'EdDSA' || header.typ !== 'holdfast-receipt+jwt')
    throw new TypeError('this is not a receipt');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const place = {
    dropId: text(claims.drop, 'drop'),
    placeId: uuidOf(bytes.subarray(0, 16)),
    commitment: bytes.slice(16, 48),
    joinedAtMicros: Number(view.getBigInt64(48)),
  };
  const path: Uint8Array[] = [];
  for (let at = FIXED; at < bytes.length; at += 32) path.push(bytes.slice(at, at + 32));
  return {
    ...place,
    index: view.getUint32(56),
    size: view.getUint32(60),
    path,
    root: base64urlBytes(text(claims.root, 'root')),
    secretHash: base64urlBytes(text(claims.secretHash, 'secret hash')),
    leaf: tree.leaf(place),
    keyId: text(header.kid, 'key id'),
    signed: new TextEncoder().encode(`${parts[0]}.${parts[1]}`),
    signature: base64urlBytes(parts[2]!),
  };
}

/** Whether the receipt's own path leads to the signed root, and the signature is the server's. */
export async function isReceiptGenuine(receipt: Receipt, verify: VerifySignature): Promise<boolean> {
  const root = merkle(sha256).rootOf(receipt.leaf, receipt.index, receipt.size, receipt.path);
  if (!root || !sameBytes(root, receipt.root)) return false;
  return verify(receipt.keyId, receipt.signed, receipt.signature);
}
