/** docs/draw.md's test vectors, in SQL, on the server and in the verifier. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uuidBytes } from '../kernel/index.ts';
import {
  bytesHex,
  type DrawPlace,
  hexBytes,
  hmacSha256,
  inclusionPath,
  merkle,
  recomputeOrder,
  recomputeRoot,
  recomputeSeed,
  sha256,
} from '../protocol/index.ts';
import { serverMerkle } from './receipt.ts';
import { seedOf } from './seed.ts';
import { type LineWorld, lineWorld } from './testing.ts';

interface Drawn {
  seed: string;
  order: string[];
}
interface Vectors {
  dropId: string;
  receiptSalt: string;
  secret: string;
  secretHash: string;
  places: { placeId: string; accountId: string; joinedAtMicros: number; commitment: string; leaf: string }[];
  root: string;
  emptyRoot: string;
  withoutBeacon: Drawn;
  beacon: string;
  withBeacon: Drawn;
}
const text = readFileSync(new URL('../../docs/draw.md', import.meta.url), 'utf8');
const vectors = JSON.parse(/```json\n([\s\S]*?)```/.exec(text)![1]!) as Vectors;

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const hex = (value: string) => Buffer.from(value, 'hex');

test('Q12: vectors in the verifier', async () => {
  expect(bytesHex(sha256(hexBytes(vectors.secret)))).toBe(vectors.secretHash);
  const mac = hmacSha256(hexBytes(vectors.receiptSalt));
  const places: DrawPlace[] = vectors.places.map((p) => ({
    placeId: p.placeId,
    commitment: p.commitment,
    joinedAtMicros: p.joinedAtMicros,
    number: null,
    left: false,
  }));
  for (const place of vectors.places) {
    expect(bytesHex(mac(uuidBytes(place.accountId)))).toBe(place.commitment);
    const leaf = { dropId: vectors.dropId, ...place, commitment: hexBytes(place.commitment) };
    expect(bytesHex(merkle(sha256).leaf(leaf))).toBe(place.leaf);
    expect(bytesHex(serverMerkle.leaf(leaf))).toBe(place.leaf);
  }
  const root = await recomputeRoot(vectors.dropId, places);
  expect(bytesHex(root)).toBe(vectors.root);
  expect(bytesHex(await recomputeRoot(vectors.dropId, []))).toBe(vectors.emptyRoot);
  for (const [beacon, drawn] of [
    [null, vectors.withoutBeacon],
    [vectors.beacon, vectors.withBeacon],
  ] as const) {
    const seed = recomputeSeed(hexBytes(vectors.secret), root, beacon ? hexBytes(beacon) : null);
    expect(bytesHex(seed)).toBe(drawn.seed);
    expect(seedOf(hex(vectors.secret), hex(vectors.root), beacon ? hex(beacon) : null).toString('hex')).toBe(
      drawn.seed,
    );
    const ids = places.map((p) => p.placeId).reverse();
    expect(await recomputeOrder(seed, ids)).toEqual(drawn.order);
  }
});

async function seedLobby(): Promise<void> {
  const event = await world.createEvent({ drop: null });
  await world.sql(
    `insert into ticketing.drops (id, event_id, phase, has_line, opens_at, secret_hash) values ($1, $2, 'lobby', true, now(), $3)`,
    [vectors.dropId, event.eventId, hex(vectors.secretHash)],
  );
  await world.sql('insert into ticketing.drop_secrets values ($1, $2, $3)', [
    vectors.dropId,
    hex(vectors.secret),
    hex(vectors.receiptSalt),
  ]);
  await world.sql('insert into ticketing.lines (drop_id) values ($1)', [vectors.dropId]);
  for (const place of vectors.places) {
    await world.sql(
      `insert into accounts.users (id, email, name, password_hash, role) values ($1, $1::uuid || '@vector.test', 'Fan', 'none', 'user')`,
      [place.accountId],
    );
    await world.sql(`select ticketing.join_batch($1, array[$2::uuid], array[$3::uuid])`, [
      vectors.dropId,
      place.accountId,
      place.placeId,
    ]);
    await world.sql(
      `update ticketing.places set joined_at = timestamptz '1970-01-01 00:00:00+00' + $2::bigint * interval '1 microsecond' where id = $1`,
      [place.placeId, place.joinedAtMicros],
    );
  }
}

test('Q12: vectors in SQL, through a real lobby and draw', async () => {
  await seedLobby();
  const rows = await world.sql<{ id: string; commitment: Buffer; leaf: Buffer }>(
    'select id, commitment, ticketing.place_leaf(drop_id, id, commitment, joined_at) as leaf from ticketing.places order by id',
  );
  expect(rows.map((r) => [r.id, r.commitment.toString('hex'), r.leaf.toString('hex')])).toEqual(
    vectors.places.map((p) => [p.placeId, p.commitment, p.leaf]),
  );
  await world.openUp(vectors.dropId);
  const draw = await world.queue.drawOf(vectors.dropId);
  expect(draw).toMatchObject({
    value: { root: vectors.root, placeCount: 5, seed: vectors.withoutBeacon.seed, secret: vectors.secret },
  });
  const order = await world.sql<{ id: string }>('select id from ticketing.places order by number');
  expect(order.map((r) => r.id)).toEqual(vectors.withoutBeacon.order);
});

test('Q12 Q34: hashes, HMACs and trees of every small size agree with the machine’s own', () => {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 128, 1000]) {
    const data = randomBytes(size);
    expect(bytesHex(sha256(data))).toBe(createHash('sha256').update(data).digest('hex'));
    for (const key of [randomBytes(0), randomBytes(32), randomBytes(64), randomBytes(80)])
      expect(bytesHex(hmacSha256(key)(data))).toBe(createHmac('sha256', key).update(data).digest('hex'));
  }
  const tree = merkle(sha256);
  for (let size = 1; size <= 40; size++) {
    const leaves = Array.from({ length: size }, () => randomBytes(32));
    const levels = tree.levels(leaves);
    const root = levels.at(-1)![0]!;
    expect(bytesHex(root)).toBe(bytesHex(rfc6962(leaves)));
    leaves.forEach((leaf, index) => {
      const path = inclusionPath(levels, index);
      expect(bytesHex(tree.rootOf(leaf, index, size, path)!)).toBe(bytesHex(root));
      expect(tree.rootOf(leaf, index, size, [...path, leaf])).toBeNull();
      expect(tree.rootOf(leaf, size, size, path)).toBeNull();
      if (path.length > 0) {
        expect(tree.rootOf(leaf, index, size, path.slice(1))).toBeNull();
        expect(bytesHex(tree.rootOf(randomBytes(32), index, size, path)!)).not.toBe(bytesHex(root));
      }
    });
  }
});

/** The tree by RFC 6962's own words: split at the largest power of two below n. */
function rfc6962(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0]!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const parts = [Uint8Array.of(1), rfc6962(leaves.slice(0, half)), rfc6962(leaves.slice(half))];
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
