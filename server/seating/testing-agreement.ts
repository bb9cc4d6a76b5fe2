/** Every seat of an event as the gate has it, and as the ledger says it must be. */
import { gateKeys } from '../holds/gate-keys.ts';
import type { TestWorld } from '../stores/testing.ts';
import { BLOCK_BYTES, NOT_ON_SALE, PLAN_BYTES } from './gate-plan.ts';
import type { MadeSeatEvent } from './testing.ts';

export interface GateSeats {
  seats: string;
  owners: Record<string, string>;
  runs: number[];
  /** Channels; all of the event's seats must be on sale. */
  kept: number[];
  stock: Record<string, string>;
}

/** What the ledger says the gate must have. Offers are the gate's own: they are taken from what it has. */
async function fromLedger(
  world: TestWorld,
  event: MadeSeatEvent,
  offered: Map<number, string>,
): Promise<GateSeats> {
  const rowsOf = async <T>(text: string, values: unknown[]) =>
    (await world.ledger.reads.raw.query(text, values)).rows as T[];
  const claims = await rowsOf<{ seat: number; hold_id: string; sold: boolean }>(
    'select seat, hold_id, ticket_id is not null as sold from ticketing.seat_claims where event_id = $1',
    [event.eventId],
  );
  const kept = await rowsOf<{ channel: number }>(
    'select channel from ticketing.seats where event_id = $1 order by seat',
    [event.eventId],
  );
  const tiers = await rowsOf<{ id: string; free: number }>(
    `select id, quantity - reserved_quantity - issued_quantity - kept_quantity as free
       from ticketing.ticket_tiers where event_id = $1`,
    [event.eventId],
  );
  const [{ plan, blocks }] = (await rowsOf<{ plan: Buffer; blocks: Buffer }>(
    'select gate_plan as plan, gate_blocks as blocks from ticketing.seat_plans where event_id = $1',
    [event.eventId],
  )) as [{ plan: Buffer; blocks: Buffer }];
  const owners: Record<string, string> = {};
  const codes: string[] = kept.map((_, seat) => (offered.has(seat) ? '3' : '0'));
  for (const [seat, user] of offered) {
    owners[seat] = user;
    owners[`@${user}`] = [...offered].flatMap(([other, whose]) => (whose === user ? [other] : [])).join('.');
  }
  for (const { seat, hold_id, sold } of claims) {
    codes[seat] = sold ? '2' : '1';
    owners[seat] = hold_id;
  }
  const runs: number[] = [];
  for (let at = 0; at < blocks.length; at += BLOCK_BYTES) {
    let [run, longest] = [0, 0];
    const first = blocks.readUInt16BE(at);
    for (let seat = first; seat < first + blocks.readUInt8(at + 2); seat++) {
      const onSale = plan.readUInt8(seat * PLAN_BYTES + 8) !== NOT_ON_SALE;
      run = onSale && codes[seat] === '0' && kept[seat]!.channel === 0 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    runs.push(longest);
  }
  const stock = Object.fromEntries(tiers.map(({ id, free }) => [id, String(free)]));
  return { seats: codes.join(''), owners, runs, stock, kept: kept.map((seat) => seat.channel) };
}

async function fromGate(world: TestWorld, event: MadeSeatEvent, epoch: number) {
  const keys = gateKeys(event.dropId, epoch);
  const [seats, owners, runs, stock, kept] = await Promise.all([
    world.gate.get(keys.seats),
    world.gate.hgetall(keys.owners),
    world.gate.getBuffer(keys.runs),
    world.gate.hgetall(keys.stock),
    world.gate.getBuffer(keys.kept),
  ]);
  const { v: version, ...free } = stock;
  const gate: GateSeats = {
    seats: seats ?? '',
    owners,
    runs: [...(runs ?? [])],
    stock: free,
    kept: [...(kept ?? [])],
  };
  return { gate, version: Number(version) };
}

/** Both, once the gate has been told all. Offers are the gate's own: they are taken as it has them, and returned. */
export async function bothSides(world: TestWorld, event: MadeSeatEvent) {
  const epoch = Number(await world.gate.get(`{${event.dropId}}:epoch`));
  const { gate, version } = await fromGate(world, event, epoch);
  const offered = new Map(
    [...gate.seats].flatMap((code, seat) => (code === '3' ? [[seat, gate.owners[seat] ?? ''] as const] : [])),
  );
  // A fan's offer is noted as it was made, whatever of it has become their hold since.
  for (const [key, noted] of Object.entries(gate.owners)) {
    // which move of a hold was the last one is the gate's own, too
    if (key.startsWith('>')) delete gate.owners[key];
    if (!key.startsWith('@')) continue;
    const left = noted.split('.').filter((seat) => offered.get(Number(seat)) === key.slice(1));
    if (left.length > 0) gate.owners[key] = left.join('.');
    else delete gate.owners[key];
  }
  return { gate, ledger: await fromLedger(world, event, offered), offered, epoch, version };
}
