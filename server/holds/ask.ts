/**
 * Asking the gate: requests gather while the calls before them are under way, and share one Lua call per drop. (One
 * call per request cost the edge more in commands, promises and writes than everything else about a hold.)
 */
import { LIMITS } from '../limits.ts';
import { createGroupCommit, luaFile, type Redis, runScript } from '../stores/index.ts';
import { type GateKeys, seatKeys } from './gate-keys.ts';
import type { Line, SeatWish } from './request.ts';

const PLACE = luaFile(import.meta.url, 'place.lua');

export interface Asked {
  userId: string;
  requestId: string;
  bodyHash: string;
  holdId: string;
  lines: readonly Line[];
  wish: SeatWish | null;
  /** The hold to be exchanged. */
  replaces: string | null;
}

/** As choose.lua reads it; 0: nothing about seats. */
export const wishForLua = (wish: SeatWish | null, replaces: string | null): unknown =>
  wish || replaces
    ? [
        wish?.prefix ?? '',
        wish?.channel ?? 0,
        wish?.accessible ? 1 : 0,
        replaces ?? '',
        (wish?.picks ?? []).map((pick) => [pick.tierId, ...pick.seats]),
        (wish?.bests ?? []).map((best) => [best.n, best.tierId, best.section, best.together]),
      ]
    : 0;

/** Resolves with the request's code (place.lua names them). @throws a connection error: then the outcome is unknown */
export type AskGate = (keys: GateKeys, asked: Asked) => Promise<string>;

export function createAskGate(redis: Redis): AskGate {
  async function call(group: readonly { keys: GateKeys; asked: Asked }[]): Promise<string[]> {
    const k = (group[0] as { keys: GateKeys }).keys;
    // One argument for all of them: a command's arguments cost the client one by one.
    const asks = JSON.stringify(
      group.map(({ asked }) => [
        asked.userId,
        asked.requestId,
        asked.bodyHash,
        asked.holdId,
        wishForLua(asked.wish, asked.replaces),
        ...asked.lines.flatMap((line) => [line.tierId, line.quantity]),
      ]),
    );
    const keys = [
      k.pointer,
      k.state,
      k.stock,
      k.fans,
      k.turns,
      k.requests,
      k.holds,
      k.pending,
      ...seatKeys(k),
    ];
    const answers = (await runScript(redis, PLACE, keys, [k.epoch, asks])) as 'STALE' | string[];
    return answers === 'STALE' ? group.map(() => 'STALE') : answers;
  }

  const asking = createGroupCommit<{ keys: GateKeys; asked: Asked }, string>({
    commit: (_epochOfDrop, group) => call(group),
    maxBatch: LIMITS.gateAskMax,
    maxInFlight: LIMITS.gateAsksInFlight,
    maxWaiting: LIMITS.batchQueueMax,
    onFull: () => 'FULL',
  });
  // The state key names drop and epoch: requests for two epochs never share a call.
  return (keys, asked) => asking.submit(keys.state, { keys, asked });
}
