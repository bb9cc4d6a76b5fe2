/** By whose link a fan came, as a request says it (rule V43). */

import { AFFILIATE_CODE, VIA_CODES_MAX } from '../protocol/index.ts';

/** What can be a code among what was sent, the last click first; null: nothing can. Never a reason to refuse a sale. */
export function codesIn(via: string | undefined): string | null {
  const codes = (via ?? '').split(',').filter((code) => AFFILIATE_CODE.test(code));
  return codes.slice(0, VIA_CODES_MAX).join(',') || null;
}
