/**
 * What becomes of a gate's "no": most are told as they are; what the gate may be wrong about, because the ledger has
 * moved on, is looked up there first; seats that went are answered with others.
 */
import { type Result, refuse, type SeatOffer } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { HoldGate } from './gate.ts';
import type { GateKeys } from './gate-keys.ts';
import type { Offer } from './offer.ts';
import type { HoldRequest, Line, SeatWish } from './request.ts';
import type { SeatNaming } from './seat-names.ts';
import { loadHold } from './view.ts';

const TURN = statement(
  'confirm_turn',
  `select extract(epoch from f.turn_expires_at + (now() - coalesce(d.paused_at, now()))) * 1000 as ms
     from ticketing.fans f join ticketing.drops d on d.id = f.drop_id
    where f.drop_id = $1 and f.user_id = $2 and f.turn_expires_at > coalesce(d.paused_at, now())`,
);
const TIERS = statement(
  'confirm_tiers',
  `select count(*)::int as n from ticketing.ticket_tiers t join ticketing.drops d on d.event_id = t.event_id
    where d.id = $1 and t.id = any ($2) and t.status = 'active' and not t.seated`,
);
const SEATS = statement(
  'confirm_seats',
  `select count(*)::int as n from unnest($2::int[], $3::uuid[]) as a (seat, tier)
     join ticketing.drops d on d.id = $1
     join ticketing.seat_plans p on p.event_id = d.event_id and p.gate_facts ->> 'prefix' = $4
     join ticketing.seats s on s.event_id = d.event_id and s.seat = a.seat and s.tier_id = a.tier
     join ticketing.ticket_tiers t on t.id = s.tier_id and t.status = 'active'`,
);
const PLACES = statement(
  'confirm_places',
  `select p.gate_facts -> 'tiers' as tiers, p.gate_facts -> 'sections' as sections
     from ticketing.drops d join ticketing.seat_plans p on p.event_id = d.event_id where d.id = $1`,
);
export type Round<T> = Result<T> | 'AGAIN';

export interface GateAnswers {
  /** What a fan without a hold is told, or AGAIN: the gate knows better now. `mayReopen`: once for a request. */
  said(
    code: string,
    userId: string,
    request: HoldRequest,
    keys: GateKeys,
    mayReopen: () => boolean,
  ): Promise<Round<never>>;
  /** Some of these seats are another's: told with what went and what there is instead. */
  seatsTaken(
    userId: string,
    request: HoldRequest,
    gone: readonly number[],
    keys: GateKeys,
  ): Promise<Result<never>>;
}

/** `tier:5.6,tier:9` as place.lua writes it. */
export function seatLines(text: string): Line[] {
  return text.split(',').map((line) => {
    const [tierId, list] = line.split(':') as [string, string];
    const seats = list.split('.').map(Number);
    return { tierId, quantity: seats.length, seats };
  });
}

const numbers = (text: string | undefined): number[] => (text ? text.split('.').map(Number) : []);

export function createGateAnswers(deps: {
  ledger: Ledger;
  gate: HoldGate;
  names: SeatNaming;
  offer: Offer;
}): GateAnswers {
  const { ledger, gate, names, offer } = deps;

  async function confirmNoTurn(userId: string, dropId: string): Promise<Round<never>> {
    const turn = await ledger.reads.one<{ ms: number }>(TURN, [dropId, userId]);
    if (!turn) return refuse('NO_TURN');
    await gate.grantTurn(dropId, userId, Number(turn.ms));
    return 'AGAIN';
  }

  /** Whether the ledger knows the tiers without seats that are asked for. */
  async function tiersExist({ dropId, lines }: HoldRequest): Promise<boolean> {
    const row = await ledger.reads.one<{ n: number }>(TIERS, [dropId, lines.map((line) => line.tierId)]);
    return row?.n === lines.length;
  }

  async function seatsExist(dropId: string, wish: SeatWish): Promise<boolean> {
    const seats = wish.picks.flatMap((pick) => pick.seats);
    const tiers = wish.picks.flatMap((pick) => pick.seats.map(() => pick.tierId));
    if (seats.length > 0) {
      const row = await ledger.reads.one<{ n: number }>(SEATS, [dropId, seats, tiers, wish.prefix]);
      if (row?.n !== seats.length) return false;
    }
    const plan = await ledger.reads.one<{ tiers: string[]; sections: string[] }>(PLACES, [dropId]);
    return wish.bests.every(
      (best) =>
        (best.tierId === '' || plan?.tiers.includes(best.tierId)) &&
        (best.section === '' || plan?.sections.includes(best.section)),
    );
  }

  /** What the gate does not know may be newer than the gate. */
  async function confirmUnknown(
    dropId: string,
    exists: boolean,
    mayReopen: () => boolean,
  ): Promise<Round<never>> {
    if (!exists || !mayReopen()) return refuse('NOT_FOUND', { field: 'items' });
    await gate.reopen(dropId, 'the gate lacked a tier or its seats');
    return 'AGAIN';
  }

  async function confirmNoHold(
    userId: string,
    holdId: string,
    mayReopen: () => boolean,
  ): Promise<Round<never>> {
    const row = await loadHold(ledger.reads, holdId);
    if (!row || row.userId !== userId || row.rawStatus === 'void')
      return refuse('NOT_FOUND', { field: 'holdId' });
    if (row.rawStatus === 'paying' || row.rawStatus === 'completed') return refuse('HOLD_PAYING');
    if (!row.live || !mayReopen()) return refuse('HOLD_EXPIRED', { holdId });
    await gate.reopen(row.view.dropId, 'the gate lacked a hold');
    return 'AGAIN';
  }

  async function seatsTaken(
    userId: string,
    request: HoldRequest,
    gone: readonly number[],
    keys: GateKeys,
  ): Promise<Result<never>> {
    const wish = request.wish as SeatWish;
    const named = await names.of(request.dropId, wish.prefix);
    const pick = wish.picks.find((one) => one.seats.some((seat) => gone.includes(seat)));
    const found: SeatOffer | null | 'BUSY' = pick
      ? await offer(keys, {
          userId,
          dropId: request.dropId,
          wish,
          n: pick.seats.length,
          tierId: pick.tierId,
          section: '',
          wanted: pick.seats,
        })
      : null;
    return refuse('SEATS_TAKEN', { seats: gone.map(named.ref), offer: found === 'BUSY' ? null : found });
  }

  async function apart(userId: string, request: HoldRequest, keys: GateKeys): Promise<Result<never>> {
    const wish = request.wish as SeatWish;
    // One seat, or seats wherever they are, were looked for among all: there are none.
    const best = wish.bests.find(({ n, together }) => n > 1 && together !== 'any');
    const soldOut = () =>
      refuse('SOLD_OUT', wish.bests[0]?.tierId ? { tierId: wish.bests[0].tierId } : undefined);
    if (!best) return soldOut();
    const found = await offer(keys, {
      userId,
      dropId: request.dropId,
      wish,
      n: best.n,
      tierId: best.tierId,
      section: best.section,
      wanted: [],
    });
    if (found === null) return soldOut();
    return refuse('NOT_TOGETHER', { offer: found === 'BUSY' ? null : found });
  }

  async function orphans(request: HoldRequest, text: string): Promise<Result<never>> {
    const named = await names.of(request.dropId, (request.wish as SeatWish).prefix);
    const [alone, fix] = text.split('|');
    const instead = numbers(fix).map(named.ref);
    return refuse('ORPHAN_SEAT', {
      orphans: numbers(alone).map(named.ref),
      fix: instead.length > 0 ? instead : null,
    });
  }

  return {
    seatsTaken,
    async said(answer, userId, request, keys, mayReopen) {
      const at = answer.indexOf(':');
      const [code, rest] = at < 0 ? [answer, ''] : [answer.slice(0, at), answer.slice(at + 1)];
      switch (code) {
        case 'SOLD_OUT':
          return refuse('SOLD_OUT', { tierId: rest });
        case 'TAKEN':
          return seatsTaken(userId, request, numbers(rest), keys);
        case 'ORPHAN':
          return orphans(request, rest);
        case 'APART':
          return apart(userId, request, keys);
        case 'NEEDS_SEATS':
          return refuse('SEATS_REQUIRED');
        case 'NO_TURN':
          return confirmNoTurn(userId, request.dropId);
        case 'NO_TIER':
          return confirmUnknown(request.dropId, await tiersExist(request), mayReopen);
        case 'NO_SEAT':
          return confirmUnknown(
            request.dropId,
            await seatsExist(request.dropId, request.wish as SeatWish),
            mayReopen,
          );
        case 'NO_HOLD':
          return confirmNoHold(userId, request.replaces as string, mayReopen);
        default:
          return refuse(code as 'NOT_OPEN' | 'DROP_PAUSED' | 'LIMIT_EXCEEDED' | 'REQUEST_ID_REUSED');
      }
    },
  };
}

/** Seats of a hold the gate let through while its answer was lost, by tier. */
const TIERS_OF = statement(
  'tiers_of_seats',
  `select s.tier_id, array_agg(s.seat order by s.seat) as seats from ticketing.seats s
     join ticketing.drops d on d.event_id = s.event_id
    where d.id = $1 and s.seat = any ($2) group by s.tier_id`,
);

export async function linesOfSeats(
  ledger: Ledger,
  dropId: string,
  seats: readonly number[],
): Promise<Line[]> {
  const rows = await ledger.reads.all<{ tier_id: string; seats: number[] }>(TIERS_OF, [dropId, seats]);
  return rows.map((row) => ({ tierId: row.tier_id, quantity: row.seats.length, seats: row.seats }));
}
