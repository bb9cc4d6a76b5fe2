export {
  type Charge,
  type ChargeOutcome,
  type ChargeState,
  type Instrument,
  type PaymentMethod,
  PROVIDER_NAMES,
  type Provider,
  type ProviderName,
} from './provider.ts';
export { createProviders, type Providers } from './providers.ts';
export { TEST_CARDS } from './test-provider.ts';
