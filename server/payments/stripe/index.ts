export { connectStripe, STRIPE_API_VERSION, type StripeAccount, StripeUnanswered } from './api.ts';
export type { Cards, SavedCard } from './cards.ts';
export { createInstallationStripe, type InstallationStripe } from './installation.ts';
export type { Customers } from './instrument.ts';
export { disputeStatusOf } from './outcome.ts';
export { createStripeProvider, type StripeProvider, type StripeProviderDeps } from './provider.ts';
export { cardRoutes } from './routes.ts';
