export {
  brokenInvariants,
  type CheckOptions,
  checkInvariants,
  INVARIANT_NAMES,
  type InvariantReport,
} from './invariants.ts';
