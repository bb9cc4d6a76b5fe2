/**
 * What the gate needs to know of a map, as bytes it can cut slices from (`blocks.lua` reads them). Big-endian.
 *
 *   plan    10 bytes a seat    block u16 | cost u16 | x u16 | y u16 | tier u8 | flags u8
 *   blocks  12 bytes a block   first seat u16 | length u8 | section u8 | row u16 | low u16 | previous row u16 | next row u16
 *
 * A *block* is a stretch of seats in one row without an aisle: whoever sits in it side by side sits together. Blocks are
 * numbered by their lowest cost, so that going through them in order goes outwards from the focal point.
 * cost: distance from the focal point, 0 to 60,000 on the map's own scale. x, y: 0 to 60,000, the same scale on both
 * axes. tier: index into `tiers`, 255: not on sale. flags: 1 accessible, 2 companion, 4 restricted view.
 * section: index into `sections`. row: numbered through the map; neighbouring rows of a section differ by one, and a
 * number is left out between sections. low: the block's lowest cost. previous, next row: first seat of the neighbouring
 * row in the same section, 65535: there is none.
 */
export const PLAN_BYTES = 10;
export const BLOCK_BYTES = 12;
export const NOT_ON_SALE = 255;
export const NO_ROW = 65_535;
export const COST_MAX = 60_000;
export const FLAG = { accessible: 1, companion: 2, restricted: 4 } as const;

/** Bounds that these bytes set. */
export const SEATS_MAX = 65_000;
export const BLOCK_SEATS_MAX = 250;
export const SECTIONS_MAX = 250;

export interface GatePlan {
  plan: Buffer;
  blocks: Buffer;
  facts: GateFacts;
}

/** Stored as `ticketing.seat_plans.gate_facts`, read by Lua as JSON. */
export interface GateFacts {
  /** What the ids of its seats begin with (`seatIdPrefix`). */
  prefix: string;
  seats: number;
  /** Tier ids in the order the plan numbers them. */
  tiers: string[];
  /** How many seats each of them has. */
  sizes: number[];
  /** Section keys in the order the blocks number them. */
  sections: string[];
  /** Blocks that have an accessible seat. */
  accessible: number[];
}
