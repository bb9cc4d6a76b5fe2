/** What a set of checks says together. */
import type { Check } from '../../server/protocol/draw-verify.ts';

/** `partly`: nothing failed, but something is not public yet. A missing beacon is no lack: the claim speaks of it. */
export type Verdict = 'right' | 'partly' | 'wrong';

export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some((check) => check.passed === false)) return 'wrong';
  const names = new Map(checks.map((check) => [check.name, check.passed]));
  const whole = names.get('secret') && names.get('root') && names.get('seed') && names.get('numbers');
  return whole ? 'right' : 'partly';
}

/** Whether a place was taken after the lobby's close. */
export const isLate = (closedAt: string | null, joinedAtMs: number | null): boolean =>
  closedAt !== null && joinedAtMs !== null && joinedAtMs > Date.parse(closedAt);
