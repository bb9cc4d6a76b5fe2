/**
 * Asking the gate: requests that arrive in one turn of the event loop share one Lua call per drop. (One call per
 * request cost the edge more in commands, promises and writes than everything else about a hold.)
 */
import { LIMITS } from '../limits.ts';
import { luaFile, type Redis, runScript } from '../stores/index.ts';
import type { GateKeys } from './gate-keys.ts';
import type { Line } from './request.ts';

const PLACE = luaFile(import.meta.url, 'place.lua');

export interface Asked {
  userId: string;
  requestId: string;
  bodyHash: string;
  holdId: string;
  lines: readonly Line[];
}

interface Waiting extends Asked {
  resolve(code: string): void;
  reject(err: unknown): void;
}

/** Resolves with the request's code (place.lua names them). @throws a connection error: then the outcome is unknown */
export type AskGate = (keys: GateKeys, asked: Asked) => Promise<string>;

export function createAskGate(redis: Redis): AskGate {
  let waiting = new Map<GateKeys, Waiting[]>();

  async function call(k: GateKeys, group: Waiting[]): Promise<void> {
    const args: (string | number)[] = [k.epoch];
    for (const one of group) {
      args.push(one.userId, one.requestId, one.bodyHash, one.holdId, one.lines.length);
      for (const line of one.lines) args.push(line.tierId, line.quantity);
    }
    try {
      const keys = [k.pointer, k.state, k.stock, k.fans, k.turns, k.requests, k.holds, k.pending];
      const answers = (await runScript(redis, PLACE, keys, args)) as 'STALE' | string[];
      group.forEach((one, i) => {
        one.resolve(answers === 'STALE' ? answers : (answers[i] as string));
      });
    } catch (err) {
      for (const one of group) one.reject(err);
    }
  }

  function flush(): void {
    const groups = waiting;
    waiting = new Map();
    for (const [keys, group] of groups)
      for (let i = 0; i < group.length; i += LIMITS.gateAskMax)
        void call(keys, group.slice(i, i + LIMITS.gateAskMax));
  }

  return (keys, asked) =>
    new Promise((resolve, reject) => {
      if (waiting.size === 0) setImmediate(flush);
      const one = { ...asked, resolve, reject };
      const group = waiting.get(keys);
      if (group) group.push(one);
      else waiting.set(keys, [one]);
    });
}
