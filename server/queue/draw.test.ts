import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type DrawPlace,
  type DrawProof,
  type DrawView,
  type VerifySignature,
  verifyDraw,
  verifyReceipt,
} from '../protocol/index.ts';
import { type Beacon, roundAfterClose, roundTime } from './beacon.ts';
import { createDraw } from './draw.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const verify: VerifySignature = async (kid, signed, signature) =>
  world.keys.verify('receipt', kid, signed, signature);

async function published(dropId: string): Promise<{ draw: DrawView; places: DrawPlace[] }> {
  const draw = await world.queue.drawOf(dropId);
  if (!draw.ok) throw new Error(draw.error.code);
  const places: DrawPlace[] = [];
  for await (const page of world.queue.drawPlaces(draw.value)) places.push(...page);
  return { draw: draw.value, places };
}

async function drawn(size: number) {
  const drop = await world.lobby();
  const users = await world.createUsers(size);
  await world.joinAll(drop.dropId, users);
  await world.openUp(drop.dropId);
  return { drop, users, ...(await published(drop.dropId)) };
}

const verdicts = async (draw: DrawView, places: DrawPlace[]) =>
  Object.fromEntries((await verifyDraw(draw, places)).map((check) => [check.name, check.passed]));

test('Q10 Q14 Q33: the lobby closes, is counted, drawn and opened; everything public recomputes', async () => {
  const { users, draw, places } = await drawn(101);
  expect(places.map((p) => p.number)).toEqual(users.map((_, i) => i + 1));
  expect(await verdicts(draw, places)).toEqual({
    secret: true,
    complete: true,
    root: true,
    beacon: null,
    seed: true,
    numbers: true,
  });
  const everything = JSON.stringify({ draw, places });
  for (const user of users) expect(everything).not.toContain(user);
  expect(draw.claim).toContain('no public beacon');
});

test('Q37 Q14: whatever is tampered with, a check fails', async () => {
  const { draw, places } = await drawn(20);
  const other = createHash('sha256').update('other').digest('hex');
  const swapped = places.map((p) => ({ ...p, number: p.number === 1 ? 2 : p.number === 2 ? 1 : p.number }));
  const renamed = places.map((p, i) => (i === 3 ? { ...p, commitment: other } : p));
  const late = places.map((p, i) => (i === 3 ? { ...p, joinedAtMicros: p.joinedAtMicros + 1 } : p));
  const table: [string, DrawView, DrawPlace[], string][] = [
    ['another secret', { ...draw, secret: other }, places, 'secret'],
    ['another seed', { ...draw, seed: other }, places, 'seed'],
    ['numbers swapped', draw, swapped, 'numbers'],
    ['a place missing', draw, places.slice(1), 'complete'],
    ['a place twice', draw, [...places.slice(1), places[1]!], 'complete'],
    ['another account', draw, renamed, 'root'],
    ['another time', draw, late, 'root'],
    ['another root', { ...draw, root: other }, places, 'root'],
  ];
  for (const [name, record, list, check] of table)
    expect((await verdicts(record, list))[check], name).toBe(false);
});

test('Q9 Q34: a receipt is genuine, and its place is proven to be in the root; others are not', async () => {
  const drop = await world.lobby();
  const users = await world.createUsers(31);
  const joined = await Promise.all(users.map((user) => world.queue.join(drop.dropId, user)));
  await world.openUp(drop.dropId);
  const { draw } = await published(drop.dropId);
  const proofs: DrawProof[] = [];
  for (const answer of joined) {
    if (!answer.ok) throw new Error(answer.error.code);
    const proof = await world.queue.proofOf(drop.dropId, answer.value.placeId);
    if (!proof.ok) throw new Error(proof.error.code);
    proofs.push(proof.value);
    const checks = await verifyReceipt(draw, answer.value.receipt, proof.value, verify);
    expect(checks.map((c) => c.passed)).toEqual([true, true]);
  }
  const [first] = joined;
  const receipt = first!.ok ? first!.value.receipt : '';
  expect((await verifyReceipt(draw, receipt, proofs[1]!, verify))[1]).toMatchObject({ passed: false });
  expect((await verifyReceipt(draw, receipt, null, verify))[1]).toMatchObject({ passed: false });
  expect(
    (await verifyReceipt({ ...draw, dropId: world.ids.next() }, receipt, null, verify))[0],
  ).toMatchObject({ passed: false });
  expect((await verifyReceipt(draw, 'nonsense', null, verify))[0]).toMatchObject({ passed: false });
  const late = await world.queue.join(drop.dropId, (await world.createUser()).id);
  expect(await world.queue.proofOf(drop.dropId, late.ok ? late.value.placeId : '')).toMatchObject({
    error: { code: 'NOT_FOUND' },
  });
});

test('Q13: root and count are public at the close, the secret only with the draw', async () => {
  const drop = await world.lobby();
  await world.joinAll(drop.dropId, await world.createUsers(4));
  expect((await published(drop.dropId)).places).toEqual([]);
  await world.dueNow(drop.dropId);
  const steps = createDraw({ ...world, pool: world.ledger.holds, beacon: null });
  expect(await steps.close(drop.dropId)).toBe(true);
  expect((await published(drop.dropId)).draw).toMatchObject({ phase: 'drawing', root: null, secret: null });
  expect(await steps.publishRoot(drop.dropId)).toBe(true);
  const counted = await published(drop.dropId);
  expect(counted.draw).toMatchObject({ placeCount: 4, secret: null, seed: null });
  expect(counted.places.map((p) => p.number)).toEqual([null, null, null, null]);
  expect(await verdicts(counted.draw, counted.places)).toEqual({
    secret: null,
    complete: true,
    root: true,
    beacon: null,
  });
  await steps.drawNumbers(drop.dropId, null);
  const done = await published(drop.dropId);
  expect(done.draw.root).toBe(counted.draw.root);
  expect(createHash('sha256').update(Buffer.from(done.draw.secret!, 'hex')).digest('hex')).toBe(
    done.draw.secretHash,
  );
});

test('Q16 Q8: joins while drawing follow the lobby; who left stays in the tree and is passed over', async () => {
  const drop = await world.lobby({ drop: { maxTurns: 4 } });
  const users = await world.createUsers(9);
  await world.joinAll(drop.dropId, users.slice(0, 5));
  await world.queue.leave(drop.dropId, users[0]!);
  await world.dueNow(drop.dropId);
  const steps = createDraw({ ...world, pool: world.ledger.holds, beacon: null });
  await steps.close(drop.dropId);
  for (const user of users.slice(5))
    expect(await world.queue.join(drop.dropId, user)).toMatchObject({ value: { number: null } });
  const change = await world.openUp(drop.dropId);
  const { draw, places } = await published(drop.dropId);
  expect(draw.placeCount).toBe(5);
  expect(await verdicts(draw, places)).toMatchObject({ complete: true, root: true, numbers: true });
  const rows = await world.sql<{ user_id: string; number: number; state: string }>(
    'select user_id, number, state from ticketing.places where drop_id = $1 order by number',
    [drop.dropId],
  );
  expect(rows.map((r) => r.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(rows.slice(5).map((r) => r.user_id)).toEqual(users.slice(5));
  expect(change.called).toHaveLength(4);
  expect(change.called.map((p) => p.userId)).not.toContain(users[0]);
});

describe('Q17: killed between steps', () => {
  const kinds = ['nothing', 'close', 'root', 'numbers'] as const;
  test.each(kinds)(
    'Q17 Q15: after %s, another worker finishes, with the same root and numbers',
    async (last) => {
      const drop = await world.lobby();
      await world.joinAll(drop.dropId, await world.createUsers(12));
      await world.dueNow(drop.dropId);
      const steps = createDraw({ ...world, pool: world.ledger.holds, beacon: null });
      const upTo = kinds.indexOf(last);
      if (upTo >= 1) await steps.close(drop.dropId);
      if (upTo >= 2) await steps.publishRoot(drop.dropId);
      if (upTo >= 3) await steps.drawNumbers(drop.dropId, null);
      const before = await published(drop.dropId);
      expect((await world.other.step(drop.dropId))?.phase).toBe('live');
      const { draw, places } = await published(drop.dropId);
      expect(Object.values(await verdicts(draw, places))).not.toContain(false);
      if (upTo >= 2) expect(draw.root).toBe(before.draw.root);
      if (upTo >= 3) expect(places).toEqual(before.places);
      // Whoever comes again finds it done.
      expect(await steps.close(drop.dropId)).toBe(false);
      expect(await steps.publishRoot(drop.dropId)).toBe(false);
      expect(await steps.drawNumbers(drop.dropId, null)).toBe('NOT_CLOSED');
      expect(await steps.open(drop.dropId)).toBe(false);
      expect(await published(drop.dropId)).toEqual({ draw, places });
    },
  );

  test('Q17: a backend killed within the draw leaves nothing behind, and the next step draws', async () => {
    const drop = await world.lobby();
    await world.joinAll(drop.dropId, await world.createUsers(50));
    await world.dueNow(drop.dropId);
    const steps = createDraw({ ...world, pool: world.ledger.holds, beacon: null });
    await steps.close(drop.dropId);
    await steps.publishRoot(drop.dropId);
    const client = await world.ledger.payments.raw.connect();
    await client.query('begin');
    expect(
      (await client.query('select ticketing.draw_numbers($1, null, null) as o', [drop.dropId])).rows,
    ).toEqual([{ o: 'DRAWN' }]);
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await world.sql('select pg_terminate_backend($1)', [rows[0].pid]);
    client.release(true);
    expect((await published(drop.dropId)).draw).toMatchObject({ seed: null, secret: null });
    expect(await world.queue.step(drop.dropId)).toMatchObject({ phase: 'live', drawn: true });
    const { draw, places } = await published(drop.dropId);
    expect(Object.values(await verdicts(draw, places))).not.toContain(false);
  });
});

/** A beacon whose rounds appear when the test says so. */
function testBeacon(): Beacon & { appear: boolean; asked: number[] } {
  const beacon = {
    source: 'drand:https://beacon.test/chain',
    genesisMs: 1_600_000_000_000,
    periodMs: 3_000,
    appear: false,
    asked: [] as number[],
    async fetch(round: number) {
      beacon.asked.push(round);
      const signature = Buffer.from(`signature of ${round}`);
      return beacon.appear
        ? { signature, randomness: createHash('sha256').update(signature).digest() }
        : null;
    },
  };
  return beacon;
}

test('Q35: with a beacon the draw waits for its fixed round, and takes no other', async () => {
  const beacon = testBeacon();
  const queue = world.make({ beacon });
  const drop = await world.lobby();
  const opensAt = new Date(world.clock.now());
  const round = roundAfterClose(beacon, opensAt);
  expect(roundTime(beacon, round)).toBeGreaterThan(opensAt.getTime());
  await world.sql(
    'update ticketing.drops set beacon_source = $2, beacon_round = $3, opens_at = now() where id = $1',
    [drop.dropId, beacon.source, round],
  );
  await world.joinAll(drop.dropId, await world.createUsers(7));
  expect(await queue.step(drop.dropId)).toMatchObject({ phase: 'drawing' });
  expect(await queue.step(drop.dropId)).toMatchObject({ phase: 'drawing', called: [] });
  expect((await published(drop.dropId)).draw).toMatchObject({
    placeCount: 7,
    secret: null,
    beacon: { round, value: null },
  });
  beacon.appear = true;
  // Another network's round of that number is not the one promised, and no beacon at all is not either.
  const elsewhere = world.make({ beacon: { ...beacon, source: 'drand:https://other.test/chain' } });
  for (const without of [elsewhere, world.make()])
    expect(await without.step(drop.dropId)).toMatchObject({ phase: 'drawing' });
  expect(await queue.step(drop.dropId)).toMatchObject({ phase: 'live', drawn: true });
  expect(new Set(beacon.asked)).toEqual(new Set([round]));
  const { draw, places } = await published(drop.dropId);
  expect(draw.claim).toContain('public randomness');
  expect(await verdicts(draw, places)).toMatchObject({ beacon: true, seed: true, numbers: true });
  const forged = {
    ...draw,
    beacon: { ...draw.beacon!, value: createHash('sha256').update('mine').digest('hex') },
  };
  expect(await verdicts(forged, places)).toMatchObject({ beacon: false, seed: false });
});

test('Q35: a lobby that closes later than its round fixes a later one, on record', async () => {
  const beacon = testBeacon();
  beacon.appear = true;
  const queue = world.make({ beacon });
  const drop = await world.lobby();
  await world.sql(
    'update ticketing.drops set beacon_source = $2, beacon_round = 5, opens_at = now() where id = $1',
    [drop.dropId, beacon.source],
  );
  await world.joinAll(drop.dropId, await world.createUsers(3));
  expect(await queue.step(drop.dropId)).toMatchObject({ phase: 'live' });
  const { draw } = await published(drop.dropId);
  expect(roundTime(beacon, draw.beacon!.round)).toBeGreaterThan(Date.parse(draw.closedAt!));
  expect(draw.beaconChanges).toMatchObject([{ from: 5, to: draw.beacon!.round }]);
});
