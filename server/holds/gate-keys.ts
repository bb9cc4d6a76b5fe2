/**
 * The gate's keys of one drop in one epoch. All carry the drop's hash tag, so that one Lua call may touch them in a
 * cluster, and the epoch in their name, so that a stale caller can only ever reach a stale copy.
 */
export interface GateKeys {
  readonly epoch: number;
  /** Which epoch is live: the one key without an epoch in its name. */
  readonly pointer: string;
  /** hash: phase, line, limit, json (public state), lv, pv; with seats: seating, map, kept, apart (anywhere.lua) */
  readonly state: string;
  /** hash: tier id → units free; `v` counts changes */
  readonly stock: string;
  /** hash: user id → units held and bought */
  readonly fans: string;
  /** hash: user id → turn expiry, ms */
  readonly turns: string;
  /** hash: `user:request` → `hold|body hash` */
  readonly requests: string;
  /** hash: hold id → `user|request|tier:quantity,…`, with seats `…|seat.seat|hold it replaces` (entry.lua) */
  readonly holds: string;
  /** hash: hold id → ms it was let through; gone once the ledger has answered */
  readonly pending: string;
  /** set: refunds whose stock came back (take-back.lua) */
  readonly refunds: string;
  /** Only in drops with seats (server/seating/gate-plan.ts). string: a character per seat: 0 free, 1 held, 2 sold, 3 offered */
  readonly seats: string;
  /** string: a byte per seat: the channel it is kept for, 0: nobody's, 255: not on sale */
  readonly kept: string;
  readonly plan: string;
  readonly blocks: string;
  /** string: a byte per block: its longest stretch of seats that are free and kept for nobody */
  readonly runs: string;
  /** string: a byte per block: bit n-1, for n up to 8: whether n of such seats can be taken without leaving a single one */
  readonly clean: string;
  /** hash: seat → hold it belongs to, or user it is offered to; `@user` → seats offered; `>hold` → number of its last move */
  readonly owners: string;
  /** sorted set: user → until when an offer stands, ms */
  readonly offers: string;
}

export const pointerKey = (dropId: string): string => `{${dropId}}:epoch`;

export function gateKeys(dropId: string, epoch: number): GateKeys {
  const at = (name: string) => `{${dropId}}:${epoch}:${name}`;
  return {
    epoch,
    pointer: pointerKey(dropId),
    state: at('state'),
    stock: at('stock'),
    fans: at('fans'),
    turns: at('turns'),
    requests: at('requests'),
    holds: at('holds'),
    pending: at('pending'),
    refunds: at('refunds'),
    seats: at('seats'),
    kept: at('kept'),
    plan: at('plan'),
    blocks: at('blocks'),
    runs: at('runs'),
    clean: at('clean'),
    owners: at('owners'),
    offers: at('offers'),
  };
}

export const epochNamedKeys = (keys: GateKeys): string[] => [
  keys.state,
  keys.stock,
  keys.fans,
  keys.turns,
  keys.requests,
  keys.holds,
  keys.pending,
  keys.refunds,
  ...seatKeys(keys),
];

/** In the order in which scripts that look at seats take them. */
export const seatKeys = (keys: GateKeys): string[] => [
  keys.seats,
  keys.kept,
  keys.plan,
  keys.blocks,
  keys.runs,
  keys.owners,
  keys.offers,
  keys.clean,
];
