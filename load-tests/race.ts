/**
 * The race: many fans with turns want few tickets through two edges, while something breaks. Every fan asks until it
 * is told yes or sold out; afterwards the ledger is asked whether each "yes" is in it.
 */
import type { Clock, Ids } from '../server/kernel/index.ts';
import { brokenInvariants, checkInvariants } from '../server/operations/index.ts';
import type { HoldItem, HoldView, SeatOffer } from '../server/protocol/index.ts';
import type { Ledger } from '../server/stores/index.ts';
import type { Minted } from './accounts.ts';
import { createFan, type Fan } from './fan.ts';

export interface RaceOptions {
  ledger: Ledger;
  clock: Clock;
  ids: Ids;
  edges: readonly string[];
  fans: readonly Minted[];
  dropId: string;
  tierIds: readonly string[];
  /** What fan number i asks for; default: one of tier i. */
  itemsOf?(i: number): HoldItem[];
  /** Called once, when this share of the stock was promised. */
  breakAt: number;
  break(): Promise<unknown>;
}

export interface RaceReport {
  seconds: number;
  yes: number;
  soldOut: number;
  other: Record<string, number>;
  reconnects: number;
  /** Units held or sold in the ledger afterwards. */
  ledgerUnits: number;
  capacity: number;
  /** Told "yes", and not in the ledger. */
  lost: number;
  /** Seats promised to more than one fan. */
  twice: number;
  /** Broken invariants, in words. */
  broken: string[];
}

const PAUSE_MS = 150;

interface Promised {
  holdId: string;
  /** Ids of the seats that were promised. */
  seats: string[];
}

/** Joins, waits to be called, claims, and holds one ticket. Resolves with the hold's id, or the code it ended with. */
async function oneFan(fan: Fan, options: RaceOptions, i: number): Promise<Promised | { code: string }> {
  const { dropId, tierIds, clock, ids } = options;
  const deadline = clock.now() + 120_000;
  for (;;) {
    const joined = await fan.ask('queue:join', { dropId });
    if (joined.ok) break;
    if (joined.error.code !== 'TEMPORARILY_UNAVAILABLE') return { code: joined.error.code };
    await clock.sleep(PAUSE_MS);
  }
  for (;;) {
    const claimed = await fan.ask('queue:claim', { dropId });
    if (claimed.ok) break;
    if (!['NOT_CALLED', 'CALL_LAPSED', 'TEMPORARILY_UNAVAILABLE'].includes(claimed.error.code))
      return { code: claimed.error.code };
    if (clock.now() > deadline) return { code: `never called: ${claimed.error.code}` };
    await clock.sleep(PAUSE_MS);
  }
  let request = {
    dropId,
    requestId: ids.next(),
    items: options.itemsOf?.(i) ?? [{ tierId: tierIds[i % tierIds.length] as string, quantity: 1 }],
  };
  for (;;) {
    const held = await fan.ask<{ hold: HoldView }>('hold:place', request);
    if (held.ok) {
      const { id, items } = held.data.hold;
      return { holdId: id, seats: items.flatMap((item) => item.seats ?? []).map((seat) => seat.id) };
    }
    const { code, details } = held.error;
    if (code === 'SEATS_TAKEN') request = { dropId, requestId: ids.next(), items: insteadOf(details) };
    else if (code !== 'TEMPORARILY_UNAVAILABLE') return { code };
    else await clock.sleep(PAUSE_MS);
    if (clock.now() > deadline) return { code: 'never answered' };
  }
}

/** Whoever is offered other seats takes them; whoever is not takes any that is left. */
function insteadOf(details: Record<string, unknown> | undefined): HoldItem[] {
  const offer = details?.offer as SeatOffer | null | undefined;
  return offer
    ? [{ tierId: offer.tierId, seatIds: offer.seats.map((seat) => seat.id) }]
    : [{ bestAvailable: 1, together: 'any' }];
}

export async function race(options: RaceOptions): Promise<RaceReport> {
  const { ledger, clock, fans, tierIds } = options;
  const query = <T extends object>(text: string, values: unknown[]) =>
    ledger.reads.raw.query<T>(text, values).then((r) => r.rows);
  const [{ capacity } = { capacity: 0 }] = await query<{ capacity: number }>(
    'select sum(quantity)::int as capacity from ticketing.ticket_tiers where id = any ($1)',
    [tierIds],
  );
  const sockets = fans.map((fan, i) => createFan(fan.token, options.edges, i, clock));
  for (let i = 0; i < sockets.length; i += 100)
    await Promise.all(sockets.slice(i, i + 100).map((s) => s.connect()));
  const started = clock.now();
  let yes = 0;
  let breaking: Promise<unknown> | undefined;
  const ends = await Promise.all(
    sockets.map(async (fan, i) => {
      const end = await oneFan(fan, options, i);
      if ('holdId' in end && ++yes >= capacity * options.breakAt) breaking ??= options.break();
      return end;
    }),
  );
  await breaking;
  const seconds = (clock.now() - started) / 1000;
  for (const socket of sockets) socket.close();

  const promised = ends.flatMap((end) => ('holdId' in end ? [end.holdId] : []));
  const seats = ends.flatMap((end) => ('holdId' in end ? end.seats : []));
  const other: Record<string, number> = {};
  for (const end of ends) if ('code' in end) other[end.code] = (other[end.code] ?? 0) + 1;
  const { SOLD_OUT: soldOut = 0, ...rest } = other;
  const kept = await query('select 1 from ticketing.holds where id = any ($1)', [promised]);
  const [{ units } = { units: 0 }] = await query<{ units: number }>(
    'select sum(reserved_quantity + issued_quantity)::int as units from ticketing.ticket_tiers where id = any ($1)',
    [tierIds],
  );
  return {
    seconds,
    yes: promised.length,
    soldOut,
    other: rest,
    reconnects: sockets.reduce((n, s) => n + s.reconnects, 0),
    ledgerUnits: units,
    capacity,
    lost: promised.length - kept.length,
    twice: seats.length - new Set(seats).size,
    broken: brokenInvariants(await checkInvariants(ledger.reads)),
  };
}
