/** How sure is what the page shows: the connection and the age of the facts, as one value. */
import type { ConnectionView } from '../../server/protocol/connection-state.ts';

export const FRESH_MS = 3_000;

export type Freshness =
  | { kind: 'live' }
  /** Connected, or by HTTP, but the last word is some seconds old. */
  | { kind: 'old'; ageMs: number }
  /** Dialing again within the first 15 s: nothing to worry anybody with. */
  | { kind: 'reconnecting'; ageMs: number; offMs: number }
  /** The breaker counts. */
  | {
      kind: 'off';
      ageMs: number;
      offMs: number;
      nextTryMs: number | null;
      failedRetries: number;
      unavailable: boolean;
    };

export interface LinkNow extends Pick<ConnectionView, 'link' | 'nextTryAt' | 'failedRetries'> {
  downSince: number | null;
}

/**
 * @param confirmedAt server ms at which the state was last confirmed; 0: never
 * @param now server ms
 * @param linkNow the clock that `link` counts on
 */
export function freshnessOf(link: LinkNow, confirmedAt: number, now: number, linkNow: number): Freshness {
  const ageMs = confirmedAt > 0 ? Math.max(0, now - confirmedAt) : 0;
  const offMs = link.downSince === null ? 0 : Math.max(0, linkNow - link.downSince);
  switch (link.link) {
    case 'live':
      return ageMs > FRESH_MS ? { kind: 'old', ageMs } : { kind: 'live' };
    // Nobody is logged in, so there is no socket to miss: HTTP is asked every few seconds.
    case 'off':
    case 'signed-out':
      return ageMs > 3 * FRESH_MS ? { kind: 'old', ageMs } : { kind: 'live' };
    case 'connecting':
      return { kind: 'reconnecting', ageMs, offMs };
    case 'waiting':
    case 'unavailable':
      return {
        kind: 'off',
        ageMs,
        offMs,
        nextTryMs: link.nextTryAt === null ? null : Math.max(0, link.nextTryAt - linkNow),
        failedRetries: link.failedRetries,
        unavailable: link.link === 'unavailable',
      };
  }
}
