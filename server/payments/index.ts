export {
  type Charge,
  type ChargeOutcome,
  type ChargeState,
  type Instrument,
  PROVIDER_NAMES,
  type PaymentMethod,
  type Provider,
  type ProviderName,
} from './provider.ts';
export { createProviders, type Providers } from './providers.ts';
export { TEST_CARDS } from './test-provider.ts';
