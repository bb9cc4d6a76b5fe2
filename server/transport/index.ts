export {
  type Access,
  type Account,
  type AskingApp,
  accountOf,
  answer,
  mayUse,
  type Notify,
  personOf,
  type SocketCaller,
  type SocketHandler,
} from './access.ts';
export { addressPrefix, isListed, normaliseAddress } from './address.ts';
export type { Chore } from './chore.ts';
export { matchesVersion } from './if-match.ts';
export {
  type Bucket,
  createLocalBuckets,
  createRateLimiter,
  type RateLimiter,
  type Taken,
} from './rate-limiter.ts';
export { digestOf, isKnown, markAsOf, type Shown, sendTagged, shownOf, shownResult } from './shown.ts';
