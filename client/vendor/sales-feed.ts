/**
 * One event's sales, live: ticks over the socket, a poll while there is none (or none spoke for a while). Everything
 * that arrives is a whole set of figures of one ledger version.
 */
import { effect } from '@preact/signals';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { SalesView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { pageLink } from '../connection/index.ts';
import { api } from '../session.ts';
import { monotonicMs } from '../time.ts';
import { newerSales } from './series.ts';

const POLL_MS = 3_000;
/** A socket that said nothing for this long is asked the other way. */
const SILENT_MS = 6_000;

export interface SalesFeed {
  sales: SalesView | null;
  /** Why the last poll failed, while nothing newer has come. */
  error: ApiError | null;
  via: 'socket' | 'poll';
  /** When the figures arrived, on the page's monotonic clock. */
  arrivedAtMs: number;
  /** Asks right now: after a control was used. */
  again: () => void;
}

export function useSales(eventId: string): SalesFeed {
  const [feed, setFeed] = useState<Omit<SalesFeed, 'again'>>({
    sales: null,
    error: null,
    via: 'poll',
    arrivedAtMs: 0,
  });

  const take = useCallback((next: SalesView, via: 'socket' | 'poll') => {
    setFeed((before) => ({
      sales: newerSales(before.sales, next),
      error: null,
      via,
      arrivedAtMs: monotonicMs(),
    }));
  }, []);

  const poll = useCallback(async () => {
    try {
      take(await api.request<SalesView>('GET', `/events/${encodeURIComponent(eventId)}/sales`), 'poll');
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setFeed((before) => ({ ...before, error, via: 'poll' }));
    }
  }, [eventId, take]);

  useEffect(() => {
    const link = pageLink();
    let heardAtMs = Number.NEGATIVE_INFINITY;
    const hear = (sales: SalesView): void => {
      if (sales.eventId !== eventId) return;
      heardAtMs = monotonicMs();
      take(sales, 'socket');
    };
    const stopTicks = link.on('sales:tick', hear);
    // Each new socket has to be told anew what this page watches.
    const stopWatch = effect(() => {
      if (link.session.value === 0) return;
      void link.ask<SalesView>('sales:watch', { eventId }).then((ack) => {
        if (ack.ok && ack.data && 'ledgerVersion' in ack.data) hear(ack.data);
      });
    });
    const timer = setInterval(() => {
      if (!document.hidden && monotonicMs() - heardAtMs > SILENT_MS) void poll();
    }, POLL_MS);
    void poll();
    return () => {
      stopTicks();
      stopWatch();
      clearInterval(timer);
    };
  }, [eventId, take, poll]);

  return { ...feed, again: () => void poll() };
}
