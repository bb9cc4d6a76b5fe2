/** The line: lobby, draw, calls, turns. RULES.md says what holds here. */
export { type Beacon, type DrandOptions, drandBeacon } from './beacon.ts';
export type { DropChange } from './change.ts';
export type { Turn } from './claim.ts';
export {
  type CreateDropDeps,
  type CreatedDrop,
  createDrop,
  type DropSettings,
  refuseTimes,
} from './create-drop.ts';
export { type Forecast, forecast } from './forecast.ts';
export type { Joined } from './join.ts';
export { endTurn, type Left } from './leave.ts';
export type { LineGate } from './line.ts';
export type { Actor } from './operate.ts';
export { createQueue, type Queue, type QueueDeps } from './queue.ts';
export { queueRoutes } from './routes.ts';
export { queueSocketHandlers } from './socket.ts';
export type { CalledPlace, StepChange, SteppedPlace } from './step.ts';
