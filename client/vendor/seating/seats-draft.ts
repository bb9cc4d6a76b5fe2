/** The seats of a new event as they stand in its form: the map, what is placed on it, and the rules for choosing. */
import type { VenueGeometry } from '../../../server/protocol/seating.ts';
import { layoutOf } from '../../seats/layout.ts';
import { vendorSeatTexts as texts } from '../../texts/vendor-seats.ts';
import type { TierDraft } from '../draft.ts';
import { assignmentOf, nothingPlaced, type Placement, roomByTier, seatsByTier } from './placing.ts';

export interface SeatsDraft {
  /** The chosen map's id, and its geometry once it is there. */
  mapId: string | null;
  geometry: VenueGeometry | null;
  placement: Placement;
  orphanRule: boolean;
  relaxPercent: string;
  keepAccessible: boolean;
  accessibleHours: string;
}

export const NO_SEATS: SeatsDraft = {
  mapId: null,
  geometry: null,
  placement: { rows: [], standing: {} },
  orphanRule: true,
  relaxPercent: '5',
  keepAccessible: true,
  accessibleHours: '48',
};

/** Another map has other rows: what was placed on the one before means nothing on it. */
export const withMap = (seats: SeatsDraft, geometry: VenueGeometry): SeatsDraft => ({
  ...seats,
  mapId: geometry.id,
  geometry,
  placement: nothingPlaced(geometry),
});

/** How many seats each tier has on the map; tiers that are sold without seats are not named. */
export const seatedTiers = (seats: SeatsDraft | null): ReadonlyMap<number, number> =>
  seats?.geometry ? seatsByTier(layoutOf(seats.geometry), seats.placement) : new Map();

const RELAX_MOST = 100;
const HOURS_MOST = 8_760;

/** The names the server uses, as everywhere in this form. */
export const SEAT_FIELDS = {
  map: 'seating.mapId',
  places: 'seating.assignment',
  standing: (area: string) => `seating.assignment.standing.${area}`,
  relax: 'seating.orphanRelaxPercent',
  hours: 'seating.accessibleHoursBefore',
} as const;

export interface SeatsChecks {
  seats: SeatsDraft | null;
  tiers: readonly TierDraft[];
  readWhole: (typed: string, least: number, most: number) => number | null;
  whole: (least: string, most: string) => string;
}

export function checkSeats({
  seats,
  tiers,
  readWhole,
  whole,
}: SeatsChecks): Record<string, string | undefined> {
  if (!seats) return {};
  const errors: Record<string, string | undefined> = {};
  if (seats.orphanRule && readWhole(seats.relaxPercent, 0, RELAX_MOST) === null)
    errors[SEAT_FIELDS.relax] = whole('0', String(RELAX_MOST));
  if (seats.keepAccessible && readWhole(seats.accessibleHours, 1, HOURS_MOST) === null)
    errors[SEAT_FIELDS.hours] = whole('1', HOURS_MOST.toLocaleString('en'));
  const { geometry, placement } = seats;
  if (!geometry) return { ...errors, [SEAT_FIELDS.map]: texts.plan.mapMissing };
  const seated = seatedTiers(seats);
  if (seated.size === 0) errors[SEAT_FIELDS.places] = texts.plan.nothingPlaced;
  for (const [area, tier] of Object.entries(placement.standing))
    if (seated.has(tier)) errors[SEAT_FIELDS.standing(area)] = texts.plan.sitsAndStands;
  const room = roomByTier(geometry, placement);
  for (const [index, tier] of tiers.entries()) {
    const most = room.get(tier.key);
    const quantity = Number(tier.quantity);
    if (most !== undefined && !seated.has(tier.key) && quantity > most)
      errors[`tiers.${index}.quantity`] = texts.plan.tooMany(most);
  }
  return errors;
}

/** Every field of this part, in the order one meets them. */
export const seatFields = (seats: SeatsDraft | null): { before: string[]; after: string[] } => ({
  before: seats ? [SEAT_FIELDS.map] : [],
  after: seats
    ? [
        SEAT_FIELDS.places,
        ...(seats.geometry?.sections.map(({ key }) => `${SEAT_FIELDS.places}.sections.${key}`) ?? []),
        ...(seats.geometry?.standing.map(({ key }) => SEAT_FIELDS.standing(key)) ?? []),
        SEAT_FIELDS.relax,
        SEAT_FIELDS.hours,
      ]
    : [],
});

/** The member `seating` of `POST /events`, of a draft that passed `checkSeats`. */
export function seatingBody(seats: SeatsDraft | null, tiers: readonly TierDraft[]) {
  if (!seats?.geometry) return {};
  const layout = layoutOf(seats.geometry);
  const assignment = assignmentOf(
    layout,
    seats.placement,
    tiers.map(({ key }) => key),
  );
  return {
    seating: {
      mapId: seats.geometry.id,
      assignment,
      orphanRule: seats.orphanRule,
      ...(seats.orphanRule ? { orphanRelaxPercent: Number(seats.relaxPercent) } : {}),
      accessibleHoursBefore: seats.keepAccessible ? Number(seats.accessibleHours) : null,
    },
  };
}
