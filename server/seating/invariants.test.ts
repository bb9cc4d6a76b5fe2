/** What the ledger's own checks find wrong with seats (W31): a sale in order, and each way in which it could come apart. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { brokenInvariants, checkInvariants } from '../operations/index.ts';
import { statement } from '../stores/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from './testing.ts';
import { type SeatingWorld, type Sold, seatingWorld } from './testing-sold.ts';

let w: SeatingWorld;
let event: MadeSeatEvent;
let sold: Sold;
let heldId: string;
beforeAll(async () => {
  w = await seatingWorld();
  event = await seatEvent(w.world, {
    map: hallMap({ rows: 2, seatsPerRow: 10, sections: 2, accessible: true }),
    tiers: [{}, {}],
    assignment: { sections: { a: '0', b: '1' } },
    accessibleHoursBefore: 48,
    orphanRule: false,
  });
  sold = await w.sell(event, [2, 3]);
  heldId = (await w.book(event, [24, 25])).holdId;
});
afterAll(() => w.close());

class Undo extends Error {}

/** Names of the invariants that are broken after `texts`, which leave no trace. */
async function brokenAfter(texts: readonly string[]): Promise<string[]> {
  let found: string[] = [];
  const attempt = w.world.ledger.reads.transaction(async (tx) => {
    await tx.all(statement('plant', 'set local session_replication_role = replica'));
    for (const text of texts) await tx.all(statement('plant', text));
    found = (await checkInvariants(tx)).filter((r) => r.violations > 0).map((r) => r.name);
    throw new Undo();
  });
  await expect(attempt).rejects.toThrow(Undo);
  return found;
}

test('W30: seats that are kept, held and sold break no invariant', async () => {
  expect(brokenInvariants(await checkInvariants(w.world.ledger.reads))).toEqual([]);
});

const ways: [string, string, () => string[]][] = [
  [
    'seat-claims',
    'a sold seat without its claim',
    () => ['delete from ticketing.seat_claims where seat = 2'],
  ],
  [
    'seat-claims',
    'a claim that stayed after its hold ended',
    () => [
      `update ticketing.holds set status = 'released' where id = '${heldId}'`,
      `update ticketing.ticket_holds set status = 'released' where hold_id = '${heldId}'`,
    ],
  ],
  [
    'seat-claims',
    "a seat that is another ticket's",
    () => [`update ticketing.seat_claims set ticket_id = gen_random_uuid() where seat = 2`],
  ],
  [
    'seat-claims',
    'a seat of two holds',
    () => [`update ticketing.ticket_holds set seats = '{2,3}' where hold_id = '${heldId}'`],
  ],
  [
    'seat-kept',
    'a seat that was kept and not counted',
    () => ['update ticketing.seats set channel = 1 where seat = 9'],
  ],
  [
    'seat-kept',
    'a seat that was sold and is still counted',
    () => ['update ticketing.ticket_tiers set kept_quantity = kept_quantity + 1'],
  ],
  [
    'seat-channels',
    'a channel that was let go, and kept its seats',
    () => ['update ticketing.seat_channels set released_at = now()'],
  ],
  [
    'seat-lines',
    'a line with a seat of another tier',
    () => [`update ticketing.order_items set seats = '{2,24}' where order_id = '${sold.orderId}'`],
  ],
  [
    'seat-lines',
    'a line with one seat twice',
    () => [`update ticketing.order_items set seats = '{2,2}' where order_id = '${sold.orderId}'`],
  ],
  [
    'seat-lines',
    'a line without its seats',
    () => [`update ticketing.ticket_holds set seats = null where hold_id = '${heldId}'`],
  ],
  [
    'seat-orders',
    'an order that lists another seat than its ticket has',
    () => [`update ticketing.order_items set seats = '{2,4}' where order_id = '${sold.orderId}'`],
  ],
  [
    'seat-tickets',
    'a ticket that lost its seat',
    () => [`update ticketing.tickets set seat = null where id = '${sold.ticketIds[0]}'`],
  ],
  [
    'seat-tickets',
    'a ticket on a seat of another tier',
    () => [`update ticketing.tickets set seat = 30 where id = '${sold.ticketIds[0]}'`],
  ],
  [
    'seat-tiers',
    'a tier that sells one more than it has seats',
    () => ['update ticketing.ticket_tiers set quantity = quantity + 1'],
  ],
  [
    'seat-tiers',
    'a tier that forgot it has seats',
    () => ['update ticketing.ticket_tiers set seated = false'],
  ],
];

test.each(ways)('W31: %s finds %s', async (name, _what, texts) => {
  expect(await brokenAfter(texts())).toContain(name);
});
