import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DrawPlace, type VerifySignature, verifyDraw, verifyReceipt } from '../protocol/index.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const verify: VerifySignature = async (kid, signed, signature) =>
  world.keys.verify('receipt', kid, signed, signature);

async function published(dropId: string) {
  const draw = await world.queue.drawOf(dropId);
  if (!draw.ok) throw new Error(draw.error.code);
  const places: DrawPlace[] = [];
  for await (const page of world.queue.drawPlaces(draw.value)) places.push(...page);
  return { draw: draw.value, places };
}

test('Q10 Q11 Q13 Q14: the lobby closes, is counted, drawn and opened; everything public recomputes', async () => {
  const drop = await world.lobby();
  const users = await world.createUsers(101);
  await world.joinAll(drop.dropId, users);
  const change = await world.openUp(drop.dropId);
  expect(change).toMatchObject({ phase: 'live', drawn: true });
  const { draw, places } = await published(drop.dropId);
  expect(places.map((p) => p.number)).toEqual(users.map((_, i) => i + 1));
  const checks = await verifyDraw(draw, places);
  expect(checks.map((c) => [c.name, c.passed])).toEqual([
    ['secret', true],
    ['complete', true],
    ['root', true],
    ['beacon', null],
    ['seed', true],
    ['numbers', true],
  ]);
});

test('Q9 Q34: a receipt is genuine, and its place is proven to be in the root', async () => {
  const drop = await world.lobby();
  const users = await world.createUsers(30);
  const receipts = await Promise.all(
    users.map(async (user) => {
      const joined = await world.queue.join(drop.dropId, user);
      return joined.ok ? joined.value : Promise.reject(new Error(joined.error.code));
    }),
  );
  await world.openUp(drop.dropId);
  const { draw } = await published(drop.dropId);
  for (const { receipt, placeId } of receipts) {
    const proof = await world.queue.proofOf(drop.dropId, placeId);
    if (!proof.ok) throw new Error(proof.error.code);
    const checks = await verifyReceipt(draw, receipt, proof.value, verify);
    expect(checks.map((c) => c.passed)).toEqual([true, true]);
  }
});
