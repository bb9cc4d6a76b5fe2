export { type Guarded, guardPayment, guardProvider } from './payment-guard.ts';
export {
  createServiceBreaker,
  type ServiceBreaker,
  type ServiceState,
  ServiceTimeout,
  ServiceUnavailable,
} from './service-breaker.ts';
export {
  createServices,
  type Part,
  type ServiceDefinition,
  type Services,
  type WatchedPart,
  watchPart,
} from './services.ts';
