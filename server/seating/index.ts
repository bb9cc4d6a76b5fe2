/** Seating: maps of venues, which of their seats an event sells as what, and how seats are chosen. RULES.md says what holds here. */

export { checkMap } from './check-map.ts';
export { compile } from './compile.ts';
export { expand } from './expand.ts';
export { BLOCK_BYTES, type GateFacts, type GatePlan, NOT_ON_SALE, PLAN_BYTES } from './gate-plan.ts';
export { generateVenue, VENUE_SIZES, type VenueSize } from './generate.ts';
export { inWords, type MapProblem } from './map-problems.ts';
export { mapRoutes } from './map-routes.ts';
export { type MapSeat, seatsOfMap } from './map-seats.ts';
export { mapText } from './map-text.ts';
export { createMaps, type MapEntry, type Maps } from './maps.ts';
export {
  applyPlan,
  hasPlan,
  movePlannedStart,
  type PlanTarget,
  removePlan,
  requireQuantities,
} from './plan.ts';
export { SeatingBody } from './plan-body.ts';
export { seatingRoutes } from './routes.ts';
export { createSeating, type Seating, type SeatingDeps } from './seating.ts';
export { createShowSeats, type SeatsPage, type ShowSeats } from './show-states.ts';
export { encodeStates, type SeatsRead, type SeatsReader, type SeatsShown, shownSeats } from './states.ts';
export { statesRoutes } from './states-routes.ts';
export { type ExpandedMap, VENUE_MAP_SCHEMA, type VenueMap } from './venue-map.ts';
