/** Gate and ledger compared seat by seat while the sale runs: counters may agree where seats do not (rule S69). */
import { type Ledger, statement } from '../stores/index.ts';
import type { HoldGate } from './gate.ts';
import type { GateKeys } from './gate-keys.ts';

// One text instead of a row per seat: 60,000 of them are read every few seconds. Both of one snapshot: a credit that is
// applied while the gate is read stands among those owed before.
const CLAIMED = statement(
  'audit_claimed',
  `select (select coalesce(string_agg(c.seat::text, ','), '') from ticketing.seat_claims c where c.event_id = d.event_id) as seats,
          (select coalesce(string_agg(s.seat::text, ','), '') from (
             select unnest(i.seats) as seat from ticketing.gate_credits c join ticketing.ticket_holds i on i.hold_id = c.hold_id
              where c.drop_id = d.id and c.kind = 'release'
             union all select unnest(c.seats) from ticketing.gate_credits c where c.drop_id = d.id and c.kind in ('move', 'refund')) s) as owed
     from ticketing.drops d where d.id = $1`,
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
  const ledgers = async () => {
    const row = await ledger.reads.one<{ seats: string; owed: string }>(CLAIMED, [dropId]);
    return { claimed: setOf(row?.seats), owed: setOf(row?.owed) };
  };
  const before = await ledgers();
  const { seats, pendingSeats } = await gate.stock(keys);
  const off: number[] = [];
  for (let seat = 0; seat < seats.length; seat++)
    if (TAKEN.has(seats[seat] as string) !== before.claimed.has(seat) && !pendingSeats.has(seat))
      off.push(seat);
  if (off.length === 0) return off;
  const after = await ledgers();
  return off.filter(
    (seat) =>
      before.claimed.has(seat) === after.claimed.has(seat) && !before.owed.has(seat) && !after.owed.has(seat),
  );
}
