/** A small draw for the gallery: made by the same arithmetic that verifies it, or damaged in one number. */
import type { DrawPlace, DrawView } from '../../server/protocol/draw.ts';
import { recomputeOrder, recomputeRoot, recomputeSeed } from '../../server/protocol/draw-verify.ts';
import { bytesHex, hexBytes } from '../../server/protocol/merkle.ts';
import { sha256 } from '../../server/protocol/sha256.ts';
import { at, id, LIVE, NOW } from './fixtures.ts';

export interface ShownDraw {
  draw: DrawView;
  places: DrawPlace[];
}

const SECRET = 'ab'.repeat(32);
const PLACES = 1204;
const CLAIM =
  'Anyone can recompute every number, nobody who joined is missing, and no fan could steer the order. There is no public beacon: that the organiser, who knew the secret, did not try out places until the order suited is not proven.';

export async function makeDraw(): Promise<ShownDraw> {
  const dropId = LIVE.drop?.id ?? '';
  const places: DrawPlace[] = Array.from({ length: PLACES }, (_, n) => ({
    placeId: id(10_000 + n),
    commitment: bytesHex(sha256(new TextEncoder().encode(`fan ${n}`))),
    joinedAtMicros: (NOW - PLACES + n) * 1000,
    number: null,
    left: n % 50 === 0,
  }));
  const root = await recomputeRoot(dropId, places);
  const seed = recomputeSeed(hexBytes(SECRET), root, null);
  const order = await recomputeOrder(
    seed,
    places.map((place) => place.placeId),
  );
  const numbers = new Map(order.map((placeId, index) => [placeId, index + 1]));
  for (const place of places) place.number = numbers.get(place.placeId) ?? null;
  const draw: DrawView = {
    dropId,
    phase: 'live',
    hasLine: true,
    opensAt: at(-1_800_000),
    secretHash: bytesHex(sha256(hexBytes(SECRET))),
    beacon: null,
    beaconChanges: [],
    closedAt: at(-1_800_000),
    root: bytesHex(root),
    placeCount: PLACES,
    drawnAt: at(-1_799_000),
    seed: bytesHex(seed),
    secret: SECRET,
    claim: CLAIM,
  };
  return { draw, places };
}

/** Somebody was given a better number. */
export function damaged({ draw, places }: ShownDraw): ShownDraw {
  return { draw, places: places.map((place, index) => (index === 7 ? { ...place, number: 1 } : place)) };
}

export function beforeTheClose({ draw }: ShownDraw): ShownDraw {
  const nothing = { closedAt: null, root: null, placeCount: null, drawnAt: null, seed: null, secret: null };
  return { draw: { ...draw, ...nothing, phase: 'lobby' }, places: [] };
}
