/** The seats of a gate that is rebuilt: what the ledger's claims and channels say, as the strings Lua works on (rule S69). */
import { BLOCK_BYTES, type GateFacts } from '../seating/index.ts';
import { type Db, type Redis, statement } from '../stores/index.ts';
import type { GateKeys } from './gate-keys.ts';
import { readKept } from './kept.ts';

const PLAN = statement(
  'reopen_seat_plan',
  `select p.event_id, p.map_id, p.gate_plan, p.gate_blocks, p.gate_facts, p.orphan_rule, p.orphan_relax_percent
     from ticketing.drops d join ticketing.seat_plans p on p.event_id = d.event_id where d.id = $1`,
);
const CLAIMS = statement(
  'reopen_claims',
  'select seat, hold_id, ticket_id is not null as sold from ticketing.seat_claims where event_id = $1',
);

export interface SeatTruth {
  /** Fields of the state hash. */
  settings: { seating: string; map: string; kept: string };
  plan: Buffer;
  blocks: Buffer;
  seats: Buffer;
  kept: Buffer;
  runs: Buffer;
  clean: Buffer;
  /** Seat → hold. */
  owners: ReadonlyMap<string, string>;
}

interface PlanRow {
  event_id: string;
  map_id: string;
  gate_plan: Buffer;
  gate_blocks: Buffer;
  gate_facts: GateFacts;
  orphan_rule: boolean;
  orphan_relax_percent: number;
}

export const SEAT = { free: 0x30, held: 0x31, sold: 0x32, offered: 0x33 } as const;

/** How many seats a stretch may give without leaving a single one: bit n-1 for n up to 8. */
const cleanChoices = (length: number): number => {
  let mask = 0;
  for (let n = 1; n <= 8; n++) if (length === n || length >= n + 2) mask |= 1 << (n - 1);
  return mask;
};

/**
 * What `blocks.lua` keeps of each block: its longest stretch of seats that are free and kept for nobody, and how many such
 * seats can be taken from one of its stretches without leaving a single one.
 */
export function indexBlocks(blocks: Buffer, seats: Buffer, kept: Buffer): { runs: Buffer; clean: Buffer } {
  const runs = Buffer.alloc(blocks.length / BLOCK_BYTES);
  const clean = Buffer.alloc(runs.length);
  for (const block of runs.keys()) {
    const first = blocks.readUInt16BE(block * BLOCK_BYTES);
    const length = blocks[block * BLOCK_BYTES + 2] as number;
    let run = 0;
    for (let seat = first; seat <= first + length; seat++) {
      if (seat < first + length && seats[seat] === SEAT.free && kept[seat] === 0) {
        run++;
        continue;
      }
      runs[block] = Math.max(runs[block] as number, run);
      clean[block] = (clean[block] as number) | cleanChoices(run);
      run = 0;
    }
  }
  return { runs, clean };
}

/** Under the exclusive fence. Null: the event has no seats. */
export async function readSeatTruth(tx: Db, dropId: string): Promise<SeatTruth | null> {
  const row = await tx.one<PlanRow>(PLAN, [dropId]);
  const kept = await readKept(tx, dropId);
  if (!row || !kept) return null;
  const claims = await tx.all<{ seat: number; hold_id: string; sold: boolean }>(CLAIMS, [row.event_id]);
  const seats = Buffer.alloc(row.gate_facts.seats, SEAT.free);
  const owners = new Map<string, string>();
  for (const claim of claims) {
    seats[claim.seat] = claim.sold ? SEAT.sold : SEAT.held;
    owners.set(String(claim.seat), claim.hold_id);
  }
  return {
    settings: {
      seating: JSON.stringify({
        ...row.gate_facts,
        orphanRule: row.orphan_rule,
        orphanRelaxPercent: row.orphan_relax_percent,
      }),
      map: row.map_id,
      kept: String(kept.version),
    },
    plan: row.gate_plan,
    blocks: row.gate_blocks,
    seats,
    kept: kept.kept,
    ...indexBlocks(row.gate_blocks, seats, kept.kept),
    owners,
  };
}

/** Loads the strings; their lengths by key, for the flip. */
export async function loadSeats(
  redis: Redis,
  keys: GateKeys,
  truth: SeatTruth,
): Promise<Map<string, number>> {
  const strings: [string, Buffer][] = [
    [keys.seats, truth.seats],
    [keys.kept, truth.kept],
    [keys.plan, truth.plan],
    [keys.blocks, truth.blocks],
    [keys.runs, truth.runs],
    [keys.clean, truth.clean],
  ];
  for (const [key, bytes] of strings) await redis.set(key, bytes);
  return new Map(strings.map(([key, bytes]) => [key, bytes.length]));
}
