export {
  type BookedCharge,
  type BookedDispute,
  type Charge,
  type ChargeOutcome,
  type ChargeState,
  type Instrument,
  type NextAction,
  type PaymentMethod,
  PROVIDER_NAMES,
  type Provider,
  type ProviderName,
  type Refund,
  type RefundOutcome,
  type Through,
} from './provider.ts';
export { createProviders, type Providers } from './providers.ts';
export {
  type Cards,
  cardRoutes,
  connectStripe,
  createInstallationStripe,
  createStripeProvider,
  type InstallationStripe,
  STRIPE_API_VERSION,
  type StripeProvider,
  type StripeProviderDeps,
} from './stripe/index.ts';
export { TEST_CARDS } from './test-provider.ts';
