/**
 * The gate's keys of one drop in one epoch. All carry the drop's hash tag, so that one Lua call may touch them in a
 * cluster, and the epoch in their name, so that a stale caller can only ever reach a stale copy.
 */
export interface GateKeys {
  readonly epoch: number;
  /** Which epoch is live: the one key without an epoch in its name. */
  readonly pointer: string;
  /** hash: phase, line, limit, json (public state), lv, pv */
  readonly state: string;
  /** hash: tier id → units free; `v` counts changes */
  readonly stock: string;
  /** hash: user id → units held and bought */
  readonly fans: string;
  /** hash: user id → turn expiry, ms */
  readonly turns: string;
  /** hash: `user:request` → `hold|body hash` */
  readonly requests: string;
  /** hash: hold id → `user|request|tier:quantity,…` */
  readonly holds: string;
  /** hash: hold id → ms it was let through; gone once the ledger has answered */
  readonly pending: string;
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
];
