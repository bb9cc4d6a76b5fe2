/** Gate and ledger at different epochs, with nobody left who would bring them together. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { createHolds, type Holds } from './index.ts';

let world: TestWorld;
let holds: Holds;
beforeAll(async () => {
  world = await testWorld();
  holds = createHolds(world);
});
afterAll(() => world.close());

const run = (text: string, values: unknown[] = []) => world.ledger.reads.raw.query(text, values);
const pointer = async (dropId: string) => Number(await world.gate.get(`{${dropId}}:epoch`));
const ledgerEpoch = async (dropId: string) =>
  Number((await run('select epoch from ticketing.drops where id = $1', [dropId])).rows[0].epoch);

/** A drop whose gate is open and known to this process, one unit of it held. */
async function sale(quantity: number) {
  const event = await world.createEvent({ tiers: [{ quantity }], drop: {} });
  const dropId = event.dropId as string;
  const tierId = event.tierIds[0] as string;
  const { id: user } = await world.createUser();
  const place = () =>
    holds.place(user, { dropId, requestId: world.ids.next(), items: [{ tierId, quantity: 1 }] });
  const held = await place();
  if (!held.ok) throw new Error(held.error.code);
  return { dropId, user, place, held: held.value };
}

test('H14: a process that died between the new epoch and the flip leaves a drop that the next hold mends', async () => {
  const { dropId, place } = await sale(5);
  await run('update ticketing.drops set epoch = epoch + 1, epoch_bumped_at = now() where id = $1', [dropId]);
  expect(await place()).toMatchObject({ ok: true });
  expect(await pointer(dropId)).toBe(await ledgerEpoch(dropId));
  expect((await holds.gate.read(dropId))?.tiers[0]?.available).toBe(3);
});

test('H14, H15: the audit mends it too, where a gate that shows nothing left lets no hold come so far', async () => {
  const { dropId, user, held, place } = await sale(1);
  await run('update ticketing.drops set epoch = epoch + 1, epoch_bumped_at = now() where id = $1', [dropId]);
  expect(await holds.release(user, held.id)).toMatchObject({ ok: true });
  expect(await place()).toMatchObject({ ok: false, error: { code: 'SOLD_OUT' } });
  await holds.audit();
  expect(await pointer(dropId)).toBe(await ledgerEpoch(dropId));
  expect(await place()).toMatchObject({ ok: true });
});

test('H14: a ledger restored to an earlier epoch than the gate shows goes past it', async () => {
  const { dropId, place } = await sale(5);
  await world.gate.set(`{${dropId}}:epoch`, '50');
  expect(await place()).toMatchObject({ ok: true });
  expect(await ledgerEpoch(dropId)).toBe(51);
  expect(await pointer(dropId)).toBe(51);
  expect((await holds.gate.read(dropId))?.tiers[0]?.available).toBe(3);
});
