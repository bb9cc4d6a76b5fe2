/** Other seats instead of those that went: the gate keeps them for this fan for a few seconds (rules S40, S41, S45). */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { SeatOffer } from '../protocol/index.ts';
import { luaFile, type Redis, runScript } from '../stores/index.ts';
import { createLocalBuckets } from '../transport/index.ts';
import { wishForLua } from './ask.ts';
import { type GateKeys, seatKeys } from './gate-keys.ts';
import type { SeatWish } from './request.ts';
import type { SeatNaming } from './seat-names.ts';

const OFFER = luaFile(import.meta.url, 'offer.lua');

export interface OfferFor {
  userId: string;
  dropId: string;
  wish: SeatWish;
  n: number;
  tierId: string;
  section: string;
  /** Seats to be near to; none: single seats, wherever they are. */
  wanted: readonly number[];
}

/** Null: nothing to offer; `BUSY`: so many are asked for that no more is searched for just now. */
export type Offer = (keys: GateKeys, asked: OfferFor) => Promise<SeatOffer | null | 'BUSY'>;

export function createOffer(deps: { gate: Redis; clock: Clock; names: SeatNaming }): Offer {
  const perFan = createLocalBuckets(deps.clock);
  let second = 0;
  let made = 0;
  let far = 0;
  return async (keys, asked) => {
    // Offers have no deadline but their own: who lets them lapse to get the next would keep seats without a hold.
    const bucket = {
      key: `${asked.dropId}:${asked.userId}`,
      capacity: LIMITS.offersPerFanPerMinute,
      fillMs: 60_000,
    };
    if (!perFan(bucket, 1).ok) return 'BUSY';
    const now = Math.floor(deps.clock.now() / 1000);
    if (now !== second) [second, made, far] = [now, 0, 0];
    // Searching costs the gate ten times what a "no" does: in a rush most fans pick again from the map.
    if (++made > LIMITS.offersPerSecond) return 'BUSY';
    const mayGoFar = ++far <= LIMITS.farOffersPerSecond;
    const text = (await runScript(
      deps.gate,
      OFFER,
      [keys.pointer, keys.state, keys.stock, ...seatKeys(keys)],
      [
        keys.epoch,
        asked.userId,
        LIMITS.offerMs,
        JSON.stringify([
          wishForLua(asked.wish, null),
          asked.n,
          asked.tierId,
          asked.section,
          asked.wanted,
          mayGoFar,
        ]),
      ],
    )) as string;
    if (text === '' || text === 'STALE') return null;
    const [until, tierId, seats] = text.split(':') as [string, string, string];
    const names = await deps.names.of(asked.dropId, asked.wish.prefix);
    return {
      tierId,
      seats: seats.split('.').map((seat) => names.ref(Number(seat))),
      expiresAt: new Date(Number(until)).toISOString(),
    };
  };
}
