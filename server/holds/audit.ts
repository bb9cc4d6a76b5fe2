/**
 * Two keepers of the gate, run by the worker (rules H13, H15).
 *
 * `resolvePending`: an entry that the gate let through and nobody settled (its process died, or the ledger was away)
 * is looked up under the exclusive fence, never dropped by time alone: a batch that is merely slow would then commit
 * stock the gate has given away again. What the ledger does not have gets a tombstone first, so that a straggler
 * with this hold id can never be inserted, and only then goes back.
 *
 * `audit`: gate and ledger are compared while the sale runs. One difference is movement; the same sign several times
 * in a row is drift, and reopens the gate, which needs no quiet moment. Seats likewise (audit-seats.ts).
 */
import type { Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Ledger, statement } from '../stores/index.ts';
import { driftingSeats } from './audit-seats.ts';
import type { HoldGate } from './gate.ts';
import type { GateKeys } from './gate-keys.ts';

const OPEN_DROPS = statement(
  'open_drops',
  `select id from ticketing.drops where phase in ('live', 'sold_out', 'paused')`,
);
const EPOCH = statement('audit_epoch', 'select epoch from ticketing.drops where id = $1');
const FENCE_KEY = statement('pending_fence_key', 'select lock_key from ticketing.drops where id = $1');
const FENCE = statement('pending_fence', 'select pg_advisory_xact_lock($1)');
const KNOWN = statement('pending_known', 'select id from ticketing.holds where id = any ($1)');
const TOMBSTONE = statement(
  'pending_tombstone',
  `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch, ended_at)
   select lost.id, d.id, '00000000-0000-0000-0000-000000000000', lost.id, '', 'void', 0, now(), d.epoch, now()
     from unnest($2::uuid[]) as lost (id) join ticketing.drops d on d.id = $1`,
);
const FREE = statement(
  'audit_free',
  `select t.id, t.quantity - t.reserved_quantity - t.issued_quantity - t.kept_quantity as free,
          (select coalesce(sum(i.quantity), 0)::int from ticketing.gate_credits c
             join ticketing.ticket_holds i on i.hold_id = c.hold_id and i.tier_id = t.id
            where c.drop_id = $1 and c.kind = 'release')
          + (select count(*)::int from ticketing.gate_credits c
               join ticketing.refund_tickets r on r.refund_id = c.refund_id
               join ticketing.tickets k on k.id = r.ticket_id and k.tier_id = t.id
              where c.drop_id = $1 and c.kind = 'refund') as owed
     from ticketing.ticket_tiers t join ticketing.drops d on d.event_id = t.event_id
    where d.id = $1 and t.status = 'active'`,
);

interface Free {
  id: string;
  free: number;
  owed: number;
}

export interface Keepers {
  resolvePending(): Promise<{ confirmed: number; returned: number }>;
  audit(): Promise<{ drops: number; drifting: number; reopened: number }>;
}

/** Units the gate shows too many (> 0) or too few (< 0) of, beyond what may be in flight. */
export function drift(
  before: number,
  after: number,
  gateFree: number,
  pending: number,
  owed: number,
): number {
  const high = gateFree - Math.max(before, after);
  if (high > 0) return high;
  const low = Math.min(before, after) - pending - owed - gateFree;
  return low > 0 ? -low : 0;
}

export function createKeepers(deps: {
  ledger: Ledger;
  gate: HoldGate;
  ids: Ids;
  log: Logger;
  pendingLookupMs?: number;
}): Keepers {
  const { ledger, gate, log } = deps;
  const lookupMs = deps.pendingLookupMs ?? LIMITS.pendingLookupMs;
  /** What was found off, and how many audits in a row. */
  const seen = new Map<string, { kind: string; rounds: number; seats?: ReadonlySet<number> }>();
  let round = 0;

  async function openDrops(): Promise<string[]> {
    return (await ledger.reads.all<{ id: string }>(OPEN_DROPS)).map((row) => row.id);
  }

  /** Ids of `old` that the ledger has; the others are tombstoned in the same transaction. */
  async function decide(dropId: string, old: string[]): Promise<Set<string>> {
    return ledger.holds.transaction(async (tx) => {
      const drop = await tx.one<{ lock_key: number }>(FENCE_KEY, [dropId]);
      await tx.all(FENCE, [drop?.lock_key]);
      const known = new Set((await tx.all<{ id: string }>(KNOWN, [old])).map((row) => row.id));
      const missing = old.filter((id) => !known.has(id));
      if (missing.length > 0) await tx.all(TOMBSTONE, [dropId, missing]);
      return known;
    });
  }

  /** Keys of the epoch that gate and ledger agree on: a ledger that is past the gate takes no hold and owes no credit. */
  async function agreedKeys(dropId: string): Promise<GateKeys> {
    const keys = await gate.keysOf(dropId);
    const ledgers = await ledger.reads.one<{ epoch: number }>(EPOCH, [dropId]);
    if (ledgers?.epoch === keys.epoch) return keys;
    gate.forget(dropId, keys.epoch);
    return gate.keysOf(dropId);
  }

  async function worstDrift(dropId: string): Promise<number> {
    const keys = await agreedKeys(dropId);
    const before = await ledger.reads.all<Free>(FREE, [dropId]);
    const shown = await gate.stock(keys);
    const after = new Map((await ledger.reads.all<Free>(FREE, [dropId])).map((row) => [row.id, row]));
    let worst = 0;
    for (const tier of before) {
      const then = after.get(tier.id) ?? tier;
      const gateFree = shown.free.get(tier.id);
      const owed = Math.max(tier.owed, then.owed);
      const off =
        gateFree === undefined
          ? -tier.free
          : drift(tier.free, then.free, gateFree, shown.pending.get(tier.id) ?? 0, owed);
      if (Math.abs(off) > Math.abs(worst)) worst = off;
    }
    return worst;
  }

  /** Null: nothing is off. Seats are compared every few rounds, and every round once some were off. */
  async function driftOf(
    dropId: string,
  ): Promise<{ kind: string; what: string; seats?: ReadonlySet<number> } | null> {
    const off = await worstDrift(dropId);
    if (off !== 0) {
      const side = off > 0 ? 'above' : 'below';
      return { kind: side, what: `the gate was ${Math.abs(off)} ${side} the ledger` };
    }
    if (round % LIMITS.auditSeatsRounds === 0 || seen.get(dropId)?.kind === 'seats') {
      const differ = await driftingSeats(ledger, gate, await agreedKeys(dropId), dropId);
      // A seat that many want may be off once and again; only one that stays off counts on.
      const before = seen.get(dropId)?.seats;
      const still = before ? differ.filter((seat) => before.has(seat)) : [];
      const seats = still.length > 0 ? still : differ;
      if (before && still.length === 0) seen.delete(dropId);
      if (seats.length > 0)
        return {
          kind: 'seats',
          what: `${seats.length} seats were not as in the ledger`,
          seats: new Set(seats),
        };
    }
    seen.delete(dropId);
    return null;
  }

  return {
    async resolvePending() {
      const total = { confirmed: 0, returned: 0 };
      for (const dropId of await openDrops()) {
        const keys = await gate.keysOf(dropId);
        const { since, nowMs } = await gate.pending(keys);
        const old = [...since].filter(([, ms]) => nowMs - ms > lookupMs).map(([id]) => id);
        if (old.length === 0) continue;
        const known = await decide(dropId, old);
        const missing = old.filter((id) => !known.has(id));
        await gate.confirm(keys, [...known]);
        if (missing.length > 0)
          await gate.credit(
            keys,
            missing.map((holdId) => ({ holdId, kind: 'forget' as const })),
          );
        log.info(
          { dropId, confirmed: known.size, returned: missing.length },
          'pending gate entries looked up in the ledger',
        );
        total.confirmed += known.size;
        total.returned += missing.length;
      }
      return total;
    },

    async audit() {
      const total = { drops: 0, drifting: 0, reopened: 0 };
      const open = await openDrops();
      round++;
      for (const dropId of open) {
        total.drops++;
        const found = await driftOf(dropId);
        if (found === null) continue;
        total.drifting++;
        const last = seen.get(dropId);
        const rounds = last?.kind === found.kind ? last.rounds + 1 : 1;
        seen.set(dropId, { kind: found.kind, rounds, seats: found.seats });
        if (rounds < LIMITS.auditDriftRounds) continue;
        await gate.reopen(dropId, found.what);
        seen.delete(dropId);
        total.reopened++;
      }
      for (const dropId of seen.keys()) if (!open.includes(dropId)) seen.delete(dropId);
      return total;
    },
  };
}
