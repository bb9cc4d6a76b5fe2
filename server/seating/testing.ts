/** Events with seats for tests of every slice: a map, its tiers, and a drop, with a default for everything. */
import { createHash } from 'node:crypto';
import { seatIdOf } from '../protocol/index.ts';
import { statement } from '../stores/index.ts';
import type { EventSeed, MadeEvent, TestWorld } from '../stores/testing.ts';
import { expand } from './expand.ts';
import { type MapSeat, seatsOfMap } from './map-seats.ts';
import { applyPlan } from './plan.ts';
import type { Assignment, SeatingBody } from './plan-body.ts';
import type { ExpandedMap, VenueMap } from './venue-map.ts';

export interface SeatEventSeed extends Omit<EventSeed, 'tiers'>, Partial<Omit<SeatingBody, 'mapId'>> {
  /** Default: `hallMap()`. */
  map?: VenueMap;
  /** Tiers are named by their place in this list: "0", "1"… Default: one, at 50.00. */
  tiers?: EventSeed['tiers'];
  /** Default: every section is tier "0". */
  assignment?: Assignment;
}

export interface MadeSeatEvent extends MadeEvent {
  mapId: string;
  map: ExpandedMap;
  seats: MapSeat[];
  /** Ids by seat number. */
  seatIds: string[];
  /** Number of the seat with this name. @throws Error when the map has none */
  seat(row: string, label: string | number, section?: string): number;
}

export interface HallShape {
  rows?: number;
  seatsPerRow?: number;
  sections?: number;
  /** Numbers, within every row, of seats with an aisle after them, from 1. */
  aislesAfter?: number[];
  /** Seats 1 and 2 of the last row of every section are accessible and companion. */
  accessible?: boolean;
  standing?: { key: string; capacity: number }[];
}

/** Straight rows A, B, C… of seats 1, 2, 3… before a stage; sections "a", "b"… side by side. */
export function hallMap(shape: HallShape = {}): VenueMap {
  const { rows = 4, seatsPerRow = 10, sections = 1, aislesAfter = [], accessible = false } = shape;
  const pitch = 6;
  const wide = (seatsPerRow + 2) * pitch;
  const corner = (x: number, y: number): [number, number] => [x, y];
  const box = (x: number, y: number, width: number, height: number) => [
    corner(x, y),
    corner(x + width, y),
    corner(x + width, y + height),
    corner(x, y + height),
  ];
  return {
    format: 'holdfast-venue-map/1',
    name: 'A hall',
    focal: [(sections * wide) / 2, 0],
    sections: Array.from({ length: sections }, (_, s) => ({
      key: String.fromCharCode(97 + s),
      label: `Section ${String.fromCharCode(65 + s)}`,
      rows: Array.from({ length: rows }, (_row, r) => ({
        label: String.fromCharCode(65 + r),
        seats: Array.from({ length: seatsPerRow }, (_seat, i) => ({
          label: String(i + 1),
          x: s * wide + (i + 1) * pitch,
          y: (r + 2) * 9,
          ...(aislesAfter.includes(i + 1) ? { aisle: true } : {}),
          ...(accessible && r === rows - 1 && i === 0 ? { accessible: true } : {}),
          ...(accessible && r === rows - 1 && i === 1 ? { companion: true } : {}),
        })),
      })),
    })),
    ...(shape.standing
      ? {
          standing: shape.standing.map(({ key, capacity }, i) => ({
            key,
            label: `Floor ${key}`,
            capacity,
            outline: box(i * 100, (rows + 4) * 9, 90, 60),
          })),
        }
      : {}),
  };
}

/** What events with seats are made with: a test's world, or a benchmark's. */
export type SeatWorld = Pick<TestWorld, 'ledger' | 'ids' | 'clock' | 'createEvent'>;

const INSERT_MAP = statement(
  'test_insert_map',
  'insert into ticketing.venue_maps (id, vendor_id, name, seat_count, map, digest) values ($1, $2, $3, $4, $5, $6)',
);

/** A map in the ledger, everybody's unless a vendor is named. Each call makes another one. */
export async function storeMap(
  world: SeatWorld,
  map: VenueMap,
  vendorId: string | null = null,
): Promise<string> {
  const written = expand(map);
  const mapId = world.ids.next();
  const digest = createHash('sha256').update(mapId).digest();
  await world.ledger.reads.all(INSERT_MAP, [
    mapId,
    vendorId,
    map.name,
    seatsOfMap(written).length,
    JSON.stringify(written),
    digest,
  ]);
  return mapId;
}

/** An event whose seats are planned, with its drop (default: live, without a line). Nothing is kept for accessible seats
 *  unless `accessibleHoursBefore` is given. */
export async function seatEvent(world: SeatWorld, seed: SeatEventSeed = {}): Promise<MadeSeatEvent> {
  const {
    map = hallMap(),
    assignment,
    orphanRule,
    orphanRelaxPercent,
    accessibleHoursBefore = null,
    ...rest
  } = seed;
  const startAt = seed.startAt ?? new Date(world.clock.now() + 30 * 86_400_000);
  const written = expand(map);
  const mapId = await storeMap(world, map);
  const event = await world.createEvent({ ...rest, startAt });
  const byId = (names: Record<string, string> = {}) =>
    Object.fromEntries(
      Object.entries(names).map(([key, tier]) => [key, event.tierIds[Number(tier)] as string]),
    );
  const given = assignment ?? { sections: Object.fromEntries(written.sections.map(({ key }) => [key, '0'])) };
  await world.ledger.reads.transaction((tx) =>
    applyPlan(
      tx,
      {
        eventId: event.eventId,
        vendorId: event.vendorId,
        startsAt: startAt,
        now: new Date(world.clock.now()),
        actorId: event.vendorId,
        prefix: '',
      },
      {
        mapId,
        assignment: {
          sections: byId(given.sections),
          rows: byId(given.rows),
          tiers: byId(given.tiers),
          standing: byId(given.standing),
        },
        ...(orphanRule === undefined ? {} : { orphanRule }),
        ...(orphanRelaxPercent === undefined ? {} : { orphanRelaxPercent }),
        accessibleHoursBefore,
      },
    ),
  );
  const seats = seatsOfMap(written);
  return {
    ...event,
    mapId,
    map: written,
    seats,
    seatIds: seats.map(({ seat }) => seatIdOf(mapId, seat)),
    seat(row, label, section = 'a') {
      const found = seats.find((s) => s.section === section && s.row === row && s.label === String(label));
      if (!found) throw new Error(`the map has no seat ${section} ${row} ${label}`);
      return found.seat;
    },
  };
}
