/** What a refusal means on this page: where it is said, and in which words. */
import { ERRORS, type ErrorBody, isErrorCode } from '../../server/protocol/errors.ts';
import { say } from './messages.ts';
import type { Problem } from './view-props.ts';

export interface Told {
  code: string;
  message: string;
  details?: Record<string, unknown> | undefined;
}

/** Nobody knows yet whether it was done: neither yes nor no may be said. */
export const isUnknown = (error: Told): boolean =>
  error.details?.unknown === true || error.code === 'OFFLINE';

/** With the refusal itself, for those who can say more of it than a sentence. */
export const problemOf = (error: Told, at: Problem['at']): Problem => ({
  ...toldAs(error, at),
  refusal: error,
});

function toldAs(error: Told, at: Problem['at']): Problem {
  if (error.details?.unknown === true) return { at, kind: 'turn', text: say.problem.unknown };
  switch (error.code) {
    case 'OFFLINE':
      // A payment may have arrived although its answer did not: "try again" would be said too soon.
      return { at, kind: 'turn', text: at === 'pay' ? say.problem.unknown : say.problem.offline };
    case 'SOLD_OUT':
      return { at, kind: 'bad', text: say.problem.soldOut };
    case 'INVALID_REQUEST':
      return at === 'pay'
        ? { at: 'card', kind: 'bad', text: error.message }
        : { at, kind: 'bad', text: error.message };
    case 'DROP_PAUSED':
    case 'TEMPORARILY_UNAVAILABLE':
    case 'DRAINING':
    case 'RATE_LIMITED':
    case 'CALL_LAPSED':
    case 'NOT_CALLED':
      return { at, kind: 'turn', text: error.message };
    default:
      return { at, kind: 'bad', text: error.message };
  }
}

/** A refusal that makes the kept request or payment id useless: the next press is another request. */
export const endsRequest = (error: ErrorBody): boolean =>
  !isUnknown(error) && (!isErrorCode(error.code) || ERRORS[error.code].retry !== 'later');
