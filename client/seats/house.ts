/**
 * What a page knows of one event's seats: its map, which seat is which tier, and each seat's state as it changes. Made
 * once a page and read by map, list and basket alike.
 */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { SeatingView, VenueGeometry } from '../../server/protocol/seating.ts';
import { ApiError } from '../api.ts';
import { pageSeatFeed } from '../connection/page-seats.ts';
import { api } from '../session.ts';
import { layoutOf, type SeatLayout } from './layout.ts';
import type { Changes } from './seat-map.tsx';

export interface SeatHouse {
  geometry: VenueGeometry;
  layout: SeatLayout;
  /** Tier ids; `tierOf` holds indexes into them, −1: not on sale. */
  tiers: readonly string[];
  tierOf: Int16Array;
  /** Standing area → the tier sold there. */
  standing: Readonly<Record<string, string>>;
  /** One `SeatState` a seat; changes in place, another array only on another map. */
  states(): Uint8Array;
  changes: Changes;
  /** Rises with every change. */
  revision: ReadonlySignal<number>;
  /** Server time of the last confirmation, once that is too long ago. */
  staleSince: ReadonlySignal<number | null>;
  stop(): void;
}

/** Tier by seat from the runs the server sends. */
export function tiersOfRuns(runs: SeatingView['tierRuns'], seats: number): Int16Array {
  const tierOf = new Int16Array(seats).fill(-1);
  let seat = 0;
  for (const [tier, length] of runs) {
    tierOf.fill(tier, seat, Math.min(seats, seat + length));
    seat += length;
  }
  return tierOf;
}

/** A house of states that nobody tells about: an event without a sale, and the gallery. */
export function stillHouse(geometry: VenueGeometry, seating: SeatingView, states: Uint8Array): SeatHouse {
  const revision = signal(0);
  return {
    geometry,
    layout: layoutOf(geometry),
    tiers: seating.tiers,
    tierOf: tiersOfRuns(seating.tierRuns, geometry.seats),
    standing: seating.standing,
    states: () => states,
    changes: () => () => {},
    revision,
    staleSince: signal(null),
    stop: () => {},
  };
}

/** @returns null where the event has no seats */
async function openHouse(eventId: string): Promise<SeatHouse | null> {
  const seating = await api
    .request<SeatingView>('GET', `/events/${encodeURIComponent(eventId)}/seating`, { authenticate: false })
    .catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    });
  if (!seating) return null;
  const geometry = await api.request<VenueGeometry>('GET', `/venue-maps/${seating.mapId}`, {
    authenticate: false,
  });
  if (!seating.dropId) return stillHouse(geometry, seating, new Uint8Array(geometry.seats));
  const feed = pageSeatFeed(seating.dropId);
  await new Promise<void>((known) => {
    const stop = effect(() => {
      if (feed.board.value === null && !feed.missing.value) return;
      // Not within the effect's own first run, where `stop` is not there yet.
      queueMicrotask(() => stop());
      known();
    });
  });
  const none = new Uint8Array(geometry.seats);
  return {
    ...stillHouse(geometry, seating, none),
    states: () => feed.board.peek()?.states ?? none,
    changes: (listener) => feed.onChange(listener),
    revision: feed.revision,
    staleSince: feed.staleSince,
    stop: () => feed.stop(),
  };
}

const houses = new Map<string, Promise<SeatHouse | null>>();

/** One house an event, however many parts of the page show it. `again`: what failed is tried anew. */
export function houseOf(eventId: string, again = false): Promise<SeatHouse | null> {
  if (again) houses.delete(eventId);
  const house = houses.get(eventId) ?? openHouse(eventId);
  houses.set(eventId, house);
  return house;
}

export function closeHouses(): void {
  for (const house of houses.values())
    house.then(
      (open) => open?.stop(),
      // One that never came has nothing to stop.
      () => null,
    );
  houses.clear();
}
