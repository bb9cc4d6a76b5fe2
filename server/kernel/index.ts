export { type Clock, systemClock } from './clock.ts';
export { everyLoop, type Loop, type LoopHealth } from './every-loop.ts';
export { createIds, type Ids, isUuid, type Uuid, uuidBytes, uuidv7 } from './ids.ts';
export { instant, wrongEnd } from './instant.ts';
export { createLifecycle, type Lifecycle } from './lifecycle.ts';
export { createLog, type Logger } from './log.ts';
export { type Money, totalCents } from './money.ts';
export { isTimeZone } from './time-zone.ts';
export { instantsOf, wallAt } from './wall-clock.ts';
