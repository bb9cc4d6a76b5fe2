/**
 * Recomputes a draw from what is public, and nothing else: the page and `npm run verify-draw` run exactly this. It shares no code
 * with the draw itself, which happens in SQL.
 *
 *   secret ─SHA-256─▶ the hash published at the drop's creation
 *   places ─leaves, sorted─▶ Merkle tree ─▶ the root published at the close, with the count
 *   HMAC(secret, root ‖ beacon) ─▶ seed;   HMAC(seed, place) sorted ─▶ the numbers
 */
import type { DrawPlace, DrawProof, DrawView } from './draw.ts';
import { bytesHex, compareBytes, hexBytes, merkle, sameBytes, uuidOctets } from './merkle.ts';
import { isReceiptGenuine, parseReceipt, type VerifySignature } from './receipt.ts';
import { hmacSha256, sha256 } from './sha256.ts';

export interface Check {
  name: 'secret' | 'complete' | 'root' | 'beacon' | 'seed' | 'numbers' | 'receipt' | 'included';
  /** null: nothing to check yet, or nothing to check it with; `detail` says why. */
  passed: boolean | null;
  title: string;
  detail: string;
}

export interface VerifyOptions {
  /** Called every few thousand places, so that a page stays alive. */
  breathe?: (share: number) => Promise<void>;
}

const tree = merkle(sha256);
const BREATHE_EVERY = 4_096;

const bytes = (hex: string | null): Uint8Array => hexBytes(hex ?? '');
const concat = (...parts: Uint8Array[]): Uint8Array => {
  const out = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
};

/** seed = HMAC-SHA-256(secret, root ‖ beacon); without a beacon nothing follows the root. */
export function recomputeSeed(secret: Uint8Array, root: Uint8Array, beacon: Uint8Array | null): Uint8Array {
  return hmacSha256(secret)(beacon ? concat(root, beacon) : root);
}

/** The root over the places, as the close published it. */
export async function recomputeRoot(
  dropId: string,
  places: readonly DrawPlace[],
  options: VerifyOptions = {},
): Promise<Uint8Array> {
  const leaves: Uint8Array[] = [];
  for (const [i, place] of places.entries()) {
    const { placeId, joinedAtMicros } = place;
    leaves.push(tree.leaf({ dropId, placeId, commitment: bytes(place.commitment), joinedAtMicros }));
    if (i % BREATHE_EVERY === 0) await options.breathe?.((0.4 * i) / places.length);
  }
  leaves.sort(compareBytes);
  await options.breathe?.(0.5);
  return tree.levels(leaves).at(-1)![0]!;
}

/** Place ids in the order of their numbers. */
export async function recomputeOrder(
  seed: Uint8Array,
  placeIds: readonly string[],
  options: VerifyOptions = {},
): Promise<string[]> {
  const mac = hmacSha256(seed);
  const ranked: { id: string; rank: Uint8Array }[] = [];
  for (const [i, id] of placeIds.entries()) {
    ranked.push({ id, rank: mac(uuidOctets(id)) });
    if (i % BREATHE_EVERY === 0) await options.breathe?.(0.6 + (0.3 * i) / placeIds.length);
  }
  return ranked.sort((a, b) => compareBytes(a.rank, b.rank)).map(({ id }) => id);
}

function checkSecret(draw: DrawView): Check {
  const title = 'The secret is the one committed to when the sale was created';
  if (!draw.secret)
    return { name: 'secret', passed: null, title, detail: 'The secret is published with the draw.' };
  const passed = bytesHex(sha256(bytes(draw.secret))) === draw.secretHash;
  return {
    name: 'secret',
    passed,
    title,
    detail: `SHA-256(secret) ${passed ? '=' : '≠'} ${draw.secretHash}`,
  };
}

function checkComplete(draw: DrawView, places: readonly DrawPlace[]): Check {
  const title = 'The list has as many places as were counted at the close, each once';
  const distinct = new Set(places.map((place) => place.placeId)).size;
  const passed = distinct === draw.placeCount && places.length === draw.placeCount;
  return {
    name: 'complete',
    passed,
    title,
    detail: `${places.length} listed, ${distinct} different, ${draw.placeCount} counted`,
  };
}

function checkBeacon(draw: DrawView): Check {
  const title = 'The beacon: randomness nobody knew at the close';
  const { beacon } = draw;
  if (!beacon)
    return {
      name: 'beacon',
      passed: null,
      title,
      detail: 'This draw has no beacon: see what it claims, and what not.',
    };
  if (!beacon.value || !beacon.signature)
    return {
      name: 'beacon',
      passed: null,
      title,
      detail: `The draw waits for round ${beacon.round} of ${beacon.source}.`,
    };
  const passed = sameBytes(sha256(bytes(beacon.signature)), bytes(beacon.value));
  const url = `${beacon.source.replace(/^drand:/, '')}/public/${beacon.round}`;
  const changes =
    draw.beaconChanges.length > 0
      ? ` Its round was changed ${draw.beaconChanges.length} time(s), on record.`
      : '';
  return {
    name: 'beacon',
    passed,
    title,
    detail: `randomness ${passed ? '=' : '≠'} SHA-256(signature) of round ${beacon.round}; compare it with ${url}.${changes}`,
  };
}

function checkSeed(draw: DrawView, root: Uint8Array): Check {
  const title = 'The seed follows from secret, root and beacon';
  const beacon = draw.beacon ? bytes(draw.beacon.value) : null;
  const seed = bytesHex(recomputeSeed(bytes(draw.secret), root, beacon));
  const passed = seed === draw.seed;
  return {
    name: 'seed',
    passed,
    title,
    detail: passed ? `seed = ${seed}` : `recomputed ${seed}, published ${draw.seed}`,
  };
}

async function checkNumbers(
  draw: DrawView,
  places: readonly DrawPlace[],
  options: VerifyOptions,
): Promise<Check> {
  const title = 'Every number follows from the seed';
  const order = await recomputeOrder(
    bytes(draw.seed),
    places.map((place) => place.placeId),
    options,
  );
  const published = new Map(places.map((place) => [place.placeId, place.number]));
  const wrong = order.findIndex((id, i) => published.get(id) !== i + 1);
  const detail =
    wrong === -1
      ? `${order.length} numbers recomputed, all as published`
      : `place ${order[wrong]} drew ${wrong + 1}, published is ${published.get(order[wrong]!)}`;
  return { name: 'numbers', passed: wrong === -1, title, detail };
}

/** Every check that what is public so far allows, in order. */
export async function verifyDraw(
  draw: DrawView,
  places: readonly DrawPlace[],
  options: VerifyOptions = {},
): Promise<Check[]> {
  const checks = [checkSecret(draw)];
  const rootTitle = 'The places are exactly those the root was published for';
  if (!draw.root)
    return [
      ...checks,
      {
        name: 'root',
        passed: null,
        title: rootTitle,
        detail: 'The root is published when the lobby closes.',
      },
    ];
  checks.push(checkComplete(draw, places));
  const root = await recomputeRoot(draw.dropId, places, options);
  const same = bytesHex(root) === draw.root;
  const detail = same ? `root = ${draw.root}` : `recomputed ${bytesHex(root)}, published ${draw.root}`;
  checks.push({ name: 'root', passed: same, title: rootTitle, detail }, checkBeacon(draw));
  if (!draw.seed || !draw.secret) return checks;
  checks.push(checkSeed(draw, root), await checkNumbers(draw, places, options));
  await options.breathe?.(1);
  return checks;
}

/** A fan's own receipt against the draw: genuine, and counted. `verify` null: this browser cannot check signatures. */
export async function verifyReceipt(
  draw: DrawView,
  text: string,
  proof: DrawProof | null,
  verify: VerifySignature | null,
): Promise<Check[]> {
  const title = 'The receipt is genuine and belongs to this draw';
  let receipt: ReturnType<typeof parseReceipt>;
  try {
    receipt = parseReceipt(text);
  } catch (err) {
    return [{ name: 'receipt', passed: false, title, detail: (err as Error).message }];
  }
  if (receipt.dropId !== draw.dropId || bytesHex(receipt.secretHash) !== draw.secretHash) {
    const detail =
      receipt.dropId === draw.dropId
        ? 'It names another secret than the one published now.'
        : 'It is of another sale.';
    return [{ name: 'receipt', passed: false, title, detail }];
  }
  const genuine = verify ? await isReceiptGenuine(receipt, verify) : null;
  const said =
    genuine === null ? 'This browser cannot check Ed25519 signatures.' : `place ${receipt.placeId}`;
  return [
    { name: 'receipt', passed: genuine, title, detail: said },
    checkIncluded(draw, receipt.leaf, proof),
  ];
}

function checkIncluded(draw: DrawView, leaf: Uint8Array, proof: DrawProof | null): Check {
  const title = 'The place was counted in the published root';
  if (!draw.root) return { name: 'included', passed: null, title, detail: 'The lobby has not closed yet.' };
  if (!proof)
    return { name: 'included', passed: false, title, detail: 'The server shows no proof for this place.' };
  const root = tree.rootOf(leaf, proof.index, draw.placeCount ?? 0, proof.path.map(hexBytes));
  const passed = root !== null && bytesHex(root) === draw.root;
  const detail = passed
    ? `leaf ${bytesHex(leaf)} is number ${proof.index + 1} of ${draw.placeCount} leaves`
    : 'its path does not lead to the root';
  return { name: 'included', passed, title, detail };
}
