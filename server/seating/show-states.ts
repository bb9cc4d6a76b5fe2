/** `GET /drops/{id}/seats`: whoever asks within a tick shares one read, and one encoding of what it found. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { LEDGER_SEATS_VERSION, type SeatStates } from '../protocol/index.ts';
import type { Db } from '../stores/index.ts';
import { encodeStates, type SeatsReader, type SeatsShown, seatsOfLedger, shownSeats } from './states.ts';

export interface ShowDeps {
  gate: SeatsReader;
  db: Db;
  clock: Clock;
  log: Logger;
}

export interface SeatsPage {
  etag: string;
  /** The answer's body: `SeatStates` as JSON. */
  body(form: { plain: boolean; gzip: boolean }): Buffer;
}

export type ShowSeats = (dropId: string) => Promise<SeatsPage | null>;

interface Kept {
  at: number;
  /** A gate that is away is not asked again while it still has not answered. */
  settled: boolean;
  reading: Promise<Found | null>;
  /** What the read before this one found, to compare with. */
  last: Found | null;
}
type Found = SeatsPage & { shown: SeatsShown };

function pageOf(dropId: string, shown: SeatsShown): Found {
  const { epoch, version, mapId, states } = shown;
  const bodies = new Map<string, Buffer>();
  const tag =
    version < LEDGER_SEATS_VERSION
      ? `${epoch}-${version}`
      : createHash('sha256').update(states).digest('base64url').slice(0, 22);
  const view = (plain: boolean): SeatStates => ({
    dropId,
    mapId,
    epoch,
    version,
    seats: states.length,
    states: encodeStates(states, plain),
  });
  function body({ plain, gzip }: { plain: boolean; gzip: boolean }): Buffer {
    const key = `${plain} ${gzip}`;
    let made = bodies.get(key);
    // Base64 spells six bits in eight: gzip takes back what that costs.
    if (!made)
      made = gzip ? gzipSync(body({ plain, gzip: false })) : Buffer.from(JSON.stringify(view(plain)));
    bodies.set(key, made);
    return made;
  }
  return { shown, etag: `W/"${tag}"`, body };
}

export function createShowSeats({ gate, db, clock, log }: ShowDeps): ShowSeats {
  const drops = new Map<string, Kept>();

  async function read(dropId: string, last: Found | null): Promise<Found | null> {
    let shown: SeatsShown | null;
    try {
      const found = await gate.readSeats(dropId, last?.shown ?? null);
      if (found === 'same') return last;
      shown = found && shownSeats(found);
    } catch (err) {
      log.debug({ err: (err as Error).message, dropId }, 'seats read from the ledger');
      shown = await seatsOfLedger(db, dropId);
    }
    return shown && pageOf(dropId, shown);
  }

  function keep(dropId: string, last: Found | null): Kept {
    const kept: Kept = { at: clock.now(), settled: false, reading: read(dropId, last), last };
    const settle = (found: Found | null): void => {
      kept.settled = true;
      kept.last = found;
      // What fails or is not there is not kept: whoever asks next asks anew.
      if (!found && drops.get(dropId) === kept) drops.delete(dropId);
    };
    kept.reading.then(settle, () => settle(null));
    // The drop asked for longest ago makes room.
    drops.delete(dropId);
    drops.set(dropId, kept);
    if (drops.size > LIMITS.shownDropsMax) drops.delete(drops.keys().next().value as string);
    return kept;
  }

  return (dropId) => {
    const kept = drops.get(dropId);
    if (kept && (!kept.settled || clock.now() - kept.at < LIMITS.tickEveryMs)) return kept.reading;
    return keep(dropId, kept?.last ?? null).reading;
  };
}
