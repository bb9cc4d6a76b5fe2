/**
 * Which seat of a map is sold as which tier (rules S20, S21). Pure: what is wrong comes back with the field that says it.
 * The most specific name wins: a row's, then the tier key the map gives the seat, then the section's.
 */
import { RefusalError } from '../protocol/index.ts';
import { type MapSeat, seatsOfMap } from './map-seats.ts';
import type { Assignment } from './plan-body.ts';
import type { ExpandedMap } from './venue-map.ts';

export interface PlanTier {
  id: string;
  name: string;
  /** What the tier has; null: not said yet, the map decides. */
  quantity: number | null;
  /** Its seats so far: a tier that had some must not go on being sold without. */
  seated: boolean;
}

export interface Assigned {
  seats: MapSeat[];
  /** Ids of the tiers that have seats, in the event's order. */
  tiers: string[];
  /** For each seat: index into `tiers`, -1: not on sale. */
  tierOf: number[];
  /** How many seats each of `tiers` has. */
  sizes: number[];
  /** Standing area's key → tier id. */
  standing: Record<string, string>;
  /** The assignment with ids, as it is kept. */
  assignment: Required<Assignment>;
}

const KINDS = ['sections', 'rows', 'tiers'] as const;

/** @throws RefusalError INVALID_REQUEST with `details.field` */
export function misnamed(field: string, message: string): never {
  throw new RefusalError('INVALID_REQUEST', { field }, message);
}

/** What each kind of name may be, with what to call it when it is not there. */
function namesOf(map: ExpandedMap, seats: readonly MapSeat[]) {
  return {
    sections: { known: new Set(map.sections.map(({ key }) => key)), what: 'section' },
    rows: { known: new Set(seats.map(({ section, row }) => `${section}/${row}`)), what: 'row' },
    tiers: { known: new Set(seats.flatMap(({ tier }) => tier ?? [])), what: 'tier key' },
    standing: { known: new Set((map.standing ?? []).map(({ key }) => key)), what: 'standing area' },
  };
}

/** Every name with its tier's id. `idOf` says which tier is meant, or undefined. */
function resolve(
  map: ExpandedMap,
  seats: readonly MapSeat[],
  body: Assignment,
  at: string,
  idOf: (name: string) => string | undefined,
): Required<Assignment> {
  const names = namesOf(map, seats);
  const out: Required<Assignment> = { sections: {}, rows: {}, tiers: {}, standing: {} };
  for (const kind of [...KINDS, 'standing'] as const)
    for (const [name, tier] of Object.entries(body[kind] ?? {})) {
      const field = `${at}.${kind}.${name}`;
      if (!names[kind].known.has(name))
        misnamed(field, `The map has no ${names[kind].what} called "${name}".`);
      const id = idOf(tier);
      if (id === undefined) misnamed(field, `The event has no tier "${tier}".`);
      out[kind][name] = id;
    }
  return out;
}

/** A tier has seats or it stands, and an area takes no more people than it holds. */
function judgeStanding(
  map: ExpandedMap,
  { standing, ...seated }: Required<Assignment>,
  tiers: readonly PlanTier[],
  at: string,
): void {
  const withSeats = new Set(KINDS.flatMap((kind) => Object.values(seated[kind])));
  const room = new Map<string, number>();
  for (const { key, capacity } of map.standing ?? []) {
    const tier = standing[key];
    if (tier === undefined) continue;
    if (withSeats.has(tier))
      misnamed(`${at}.standing.${key}`, 'A tier has seats or it is sold by a standing area, not both.');
    room.set(tier, (room.get(tier) ?? 0) + capacity);
  }
  for (const [key, id] of Object.entries(standing)) {
    const { name, quantity } = tiers.find((tier) => tier.id === id) as PlanTier;
    const most = room.get(id) as number;
    if (quantity !== null && quantity > most)
      misnamed(`${at}.standing.${key}`, `${name} has ${quantity} tickets, and there is room for ${most}.`);
  }
}

/** A tier that was named for seats, or had some, and gets none, would be sold without. */
function judgeSizes(
  { standing: _standing, ...seated }: Required<Assignment>,
  counts: ReadonlyMap<string, number>,
  tiers: readonly PlanTier[],
  at: string,
): void {
  for (const kind of KINDS)
    for (const [name, id] of Object.entries(seated[kind]))
      if (!counts.has(id)) {
        const tier = tiers.find((each) => each.id === id) as PlanTier;
        misnamed(`${at}.${kind}.${name}`, `Not one seat is left for ${tier.name}.`);
      }
  for (const tier of tiers)
    if (tier.seated && !counts.has(tier.id))
      misnamed(at, `${tier.name} is sold by the seat: name the seats it is to have.`);
}

/**
 * @param at the field the assignment stands in
 * @param idOf which tier a name in it means
 * @throws RefusalError INVALID_REQUEST with `details.field`
 */
export function assign(
  map: ExpandedMap,
  body: Assignment,
  tiers: readonly PlanTier[],
  at: string,
  idOf: (name: string) => string | undefined,
): Assigned {
  const seats = seatsOfMap(map);
  const assignment = resolve(map, seats, body, at, idOf);
  judgeStanding(map, assignment, tiers, at);
  const named = {
    rows: new Map(Object.entries(assignment.rows)),
    tiers: new Map(Object.entries(assignment.tiers)),
    sections: new Map(Object.entries(assignment.sections)),
  };
  const ids = seats.map(
    ({ section, row, tier }) =>
      named.rows.get(`${section}/${row}`) ??
      (tier === null ? undefined : named.tiers.get(tier)) ??
      named.sections.get(section),
  );
  const counts = new Map<string, number>();
  for (const id of ids) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  judgeSizes(assignment, counts, tiers, at);
  if (counts.size === 0) misnamed(at, 'Name at least one section, row or tier key.');
  const inOrder = tiers.flatMap(({ id }) => (counts.has(id) ? [id] : []));
  const index = new Map(inOrder.map((id, i) => [id, i]));
  return {
    seats,
    tiers: inOrder,
    tierOf: ids.map((id) => (id === undefined ? -1 : (index.get(id) as number))),
    sizes: inOrder.map((id) => counts.get(id) as number),
    standing: assignment.standing,
    assignment,
  };
}
