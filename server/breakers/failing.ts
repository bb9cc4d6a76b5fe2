/**
 * How a service fails, in words for whoever waits for it. What the error itself says stays in the log: it names hosts and
 * is written for somebody else.
 */
export type Failing = 'unreachable' | 'late' | 'errors';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  'ECONNABORTED',
]);

/** Looks through causes: fetch and the Stripe SDK wrap what the socket said. */
export function failingOf(err: unknown): Failing {
  for (let cause = err, depth = 0; cause && depth < 5; depth++) {
    const { code, cause: deeper, detail } = cause as { code?: unknown; cause?: unknown; detail?: unknown };
    if (code === 'ETIMEDOUT') return 'late';
    if (typeof code === 'string' && UNREACHABLE.has(code)) return 'unreachable';
    cause = deeper ?? detail;
  }
  return 'errors';
}

export const FAILING_WORDS: Readonly<Record<Failing, string>> = {
  unreachable: 'cannot be reached',
  late: 'does not answer in time',
  errors: 'answers with errors',
};
