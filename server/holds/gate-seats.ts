/** What the gate knows of a drop's seats: read by edges for pages, and told which seats are kept (rules S67, S70). */
import type { SeatsRead } from '../seating/index.ts';
import { type Ledger, luaFile, type Redis, runScript, runScriptBytes } from '../stores/index.ts';
import { type GateKeys, seatKeys } from './gate-keys.ts';
import { readKept } from './kept.ts';
import { UnknownDrop } from './reopen.ts';

const SYNC_KEPT = luaFile(import.meta.url, 'sync-kept.lua');
const READ_SEATS = luaFile(import.meta.url, 'read-seats.lua');

export interface GateSeats {
  /** Tells the gate which seats are kept for which channel, as the ledger has it now. */
  syncKept(dropId: string): Promise<void>;
  /**
   * Every seat's state, unless it is still at the version known: `same`; null: no such drop, or one without seats.
   * @throws a connection error while the gate is away
   */
  readSeats(
    dropId: string,
    known: { epoch: number; version: number } | null,
  ): Promise<(SeatsRead & { seats: Buffer; kept: Buffer }) | 'same' | null>;
  /** The seats of a hold the gate let through. */
  seatsOf(keys: GateKeys, holdId: string): Promise<number[]>;
}

interface Deps {
  ledger: Ledger;
  redis: Redis;
  /** Runs `work` at the live epoch, again when that turned out stale. */
  atEpoch(dropId: string, work: (keys: GateKeys) => Promise<unknown>): Promise<unknown>;
}

export function createGateSeats({ ledger, redis, atEpoch }: Deps): GateSeats {
  const keysFor = (k: GateKeys): string[] => [k.pointer, k.state, k.stock, ...seatKeys(k)];

  async function read(dropId: string, known: { epoch: number; version: number } | null) {
    let epoch = 0;
    const answer = await atEpoch(dropId, async (k) => {
      epoch = k.epoch;
      const version = known?.epoch === k.epoch ? known.version : '';
      const bytes = await runScriptBytes(redis, READ_SEATS, keysFor(k), [k.epoch, version]);
      return Buffer.isBuffer(bytes) ? bytes.toString() : bytes;
    });
    if (answer === 'NONE') return null;
    // Not the same as having no seats: whoever asks hears "one moment", as with any command that took too long.
    if (answer === 'STALE') throw new Error('no live epoch was found: command timed out');
    if (answer === 'SAME') return 'same' as const;
    const [version, mapId, seats, kept] = answer as [Buffer, Buffer, Buffer, Buffer];
    return { epoch, version: Number(version), mapId: mapId.toString(), seats, kept };
  }

  return {
    async syncKept(dropId) {
      const row = await readKept(ledger.reads, dropId);
      if (!row) return;
      await atEpoch(dropId, (k) => runScript(redis, SYNC_KEPT, keysFor(k), [k.epoch, row.version, row.kept]));
    },
    readSeats: (dropId, known) =>
      read(dropId, known).catch((err: unknown) => {
        if (err instanceof UnknownDrop) return null;
        throw err;
      }),
    async seatsOf(k, holdId) {
      const [, , , seats] = (await redis.hget(k.holds, holdId))?.split('|') ?? [];
      return seats ? seats.split('.').map(Number) : [];
    },
  };
}
