/** What vendors see of their sales. RULES.md says what holds here. */
export { affiliateRoutes } from './affiliate-routes.ts';
export { type Affiliates, createAffiliates } from './affiliates.ts';
export { type VendorRoutesDeps, vendorRoutes } from './routes.ts';
export { createSales, MINUTES_MAX, RECENT_MINUTES, type Sales } from './sales.ts';
export { EventSummary, SalesTotals, summariesOf } from './summary.ts';
