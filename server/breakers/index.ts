export { type BreakerPart, type Breakers, createBreakers, measureServices } from './breakers.ts';
export { type Guarded, guardPayment, guardProvider } from './payment-guard.ts';
export { createReady, paymentsBy } from './ready.ts';
export {
  BREAKER_TIMES,
  type BreakerNote,
  type BreakerTimes,
  createServiceBreaker,
  pauseBefore,
  type ServiceBreaker,
  type ServiceState,
  ServiceTimeout,
  ServiceUnavailable,
} from './service-breaker.ts';
export {
  createServices,
  type Part,
  type ServiceDefinition,
  type ServiceStatus,
  type Services,
} from './services.ts';
export { type WatchedPart, watchPart } from './watch-part.ts';
