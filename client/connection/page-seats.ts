/** The seat feed of this page: the page's one link, the browser's own inflation, timers and API. */
import { MalformedSeats } from '../../server/protocol/seat-states.ts';
import type { SeatStates } from '../../server/protocol/seating.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { serverNow } from '../time.ts';
import { pageLink } from './browser.ts';
import { random } from './random.ts';
import { createSeatFeed, type SeatFeed } from './seat-feed.ts';

/** @throws MalformedSeats when there is more than `limit` bytes of it; a TypeError when it is not raw DEFLATE */
export async function inflateRaw(bytes: Uint8Array<ArrayBuffer>, limit: number): Promise<Uint8Array> {
  const inflated = new Uint8Array(limit);
  let length = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return inflated.subarray(0, length);
    if (length + value.length > limit) {
      await reader.cancel();
      throw new MalformedSeats('more than so many seats need');
    }
    inflated.set(value, length);
    length += value.length;
  }
}

export function canInflate(): boolean {
  try {
    return new DecompressionStream('deflate-raw') !== null;
  } catch {
    // Missing, or without this format: an older browser.
    return false;
  }
}

export function pageSeatFeed(dropId: string): SeatFeed {
  const path = `/drops/${encodeURIComponent(dropId)}/seats`;
  return createSeatFeed(
    {
      link: pageLink(),
      serverNow,
      random,
      after(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      getSeats: (_id, plain) =>
        api.request<SeatStates>('GET', plain ? `${path}?plain=1` : path, { authenticate: false }),
      inflate: canInflate() ? inflateRaw : null,
      isHidden: () => document.hidden,
      onReturn(listener) {
        const look = (): void => {
          if (!document.hidden) listener();
        };
        document.addEventListener('visibilitychange', look);
        return () => document.removeEventListener('visibilitychange', look);
      },
      isNotFound: (error) => error instanceof ApiError && error.status === 404,
    },
    dropId,
  );
}
