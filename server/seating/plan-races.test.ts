/** A plan that is replaced while fans hold seats of it (S23): one of the two is first, and the ledger stays whole. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import { applyPlan } from './plan.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';
import { type SeatingWorld, seatingWorld } from './testing-sold.ts';

let w: SeatingWorld;
beforeAll(async () => {
  w = await seatingWorld();
});
afterAll(() => w.close());

const FANS = 12;
const makeEvent = () => seatEvent(w.world, { map: hallMap({ rows: 2, seatsPerRow: 10 }), orphanRule: false });
/** Row A, where the fans want to sit, is no longer on sale. */
const onlyRowB = (event: MadeSeatEvent) => ({
  mapId: event.mapId,
  assignment: { rows: { 'a/B': event.tierIds[0] as string } },
});
const placeAll = (event: MadeSeatEvent, fans: readonly string[]) =>
  Promise.all(
    fans.map((userId, i) =>
      w.holds.place(userId, {
        dropId: event.dropId,
        requestId: w.world.ids.next(),
        items: [{ tierId: event.tierIds[0] as string, seatIds: [event.seatIds[i % 10] as string] }],
      }),
    ),
  );

/** Fans and vendor at once; who got what. */
async function race(replace: (event: MadeSeatEvent) => Promise<{ ok: boolean }>) {
  const event = await makeEvent();
  const fans = await w.world.createUsers(FANS);
  await w.holds.gate.read(event.dropId);
  const [held, planned] = await Promise.all([placeAll(event, fans), replace(event)]);
  await w.holds.idle();
  return { event, held: held.filter((each) => each.ok).length, planned: planned.ok };
}
const broken = async () => brokenInvariants(await checkInvariants(w.world.ledger.reads));

test('S23: a plan that is replaced while fans hold its seats is refused, or they are', async () => {
  for (let round = 0; round < 8; round++) {
    const { held, planned } = await race((event) =>
      w.seating.put(w.vendorOf(event), event.eventId, onlyRowB(event)),
    );
    expect([planned, held > 0]).toContain(true);
    expect(planned && held > 0, `planned ${planned}, ${held} held`).toBe(false);
  }
  expect(await broken()).toEqual([]);
});

test('S23: negative control: written without the fence, a plan takes seats away under those who hold them', async () => {
  let found: string[] = [];
  for (let round = 0; round < 20 && found.length === 0; round++) {
    await race(async (event) => {
      await w.world.ledger.reads.transaction((tx) =>
        applyPlan(
          tx,
          {
            eventId: event.eventId,
            vendorId: event.vendorId,
            startsAt: new Date(w.world.clock.now() + 86_400_000),
            now: new Date(w.world.clock.now()),
            actorId: event.vendorId,
            prefix: '',
          },
          onlyRowB(event),
        ),
      );
      return { ok: true };
    });
    found = await broken();
  }
  expect(found.join()).toMatch(/seat-lines|seat-tiers|seat-claims/);
});
