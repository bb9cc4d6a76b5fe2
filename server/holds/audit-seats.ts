/** Gate and ledger compared seat by seat while the sale runs: counters may agree where seats do not (rule S69). */
import { type Ledger, statement } from '../stores/index.ts';
import type { HoldGate } from './gate.ts';
import type { GateKeys } from './gate-keys.ts';

// One text instead of a row per seat: 60,000 of them are read every few seconds.
const CLAIMED = statement(
  'audit_claimed',
  `select coalesce(string_agg(c.seat::text, ','), '') as seats from ticketing.drops d
     join ticketing.seat_claims c on c.event_id = d.event_id where d.id = $1`,
);
const OWED = statement(
  'audit_owed_seats',
  `select coalesce(string_agg(s.seat::text, ','), '') as seats from (
     select unnest(i.seats) as seat from ticketing.gate_credits c join ticketing.ticket_holds i on i.hold_id = c.hold_id
      where c.drop_id = $1 and c.kind = 'release'
     union all select unnest(c.seats) from ticketing.gate_credits c where c.drop_id = $1 and c.kind = 'move') s`,
);

const TAKEN = new Set(['1', '2']);
const setOf = (text: string | undefined): Set<number> => new Set(text ? text.split(',').map(Number) : []);

/** Seats whose state differs, that were the same in the ledger before and after the gate was read, and that nobody is busy with. */
export async function driftingSeats(
  ledger: Ledger,
  gate: HoldGate,
  keys: GateKeys,
  dropId: string,
): Promise<number[]> {
  const claimed = async () => setOf((await ledger.reads.one<{ seats: string }>(CLAIMED, [dropId]))?.seats);
  const before = await claimed();
  const { seats, pendingSeats } = await gate.stock(keys);
  const off: number[] = [];
  for (let seat = 0; seat < seats.length; seat++)
    if (TAKEN.has(seats[seat] as string) !== before.has(seat) && !pendingSeats.has(seat)) off.push(seat);
  if (off.length === 0) return off;
  const owed = setOf((await ledger.reads.one<{ seats: string }>(OWED, [dropId]))?.seats);
  const after = await claimed();
  return off.filter((seat) => before.has(seat) === after.has(seat) && !owed.has(seat));
}
