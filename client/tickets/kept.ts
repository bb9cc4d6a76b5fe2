/**
 * Tickets kept on this device, so that they open at a door without a network: the last list and the QR pictures, in
 * the browser's Cache, of one account, gone at log-out (rules U220 to U222). Nothing else of the API is ever kept.
 */
import type { TicketView } from '../../server/protocol/views.ts';
import { CACHE } from './forget.ts';

const LIST = '/kept/my-tickets';
const qrKey = (ticketId: string): string => `/kept/qr/${ticketId}`;

export interface KeptTickets {
  userId: string;
  /** Server time, epoch milliseconds. */
  keptAtMs: number;
  tickets: TicketView[];
}

/** Absent on a bare http address: browsers give the Cache to https and localhost only. */
const store = async (): Promise<Cache | null> => (globalThis.caches ? caches.open(CACHE) : null);

export async function keepTickets(kept: KeptTickets): Promise<void> {
  const cache = await store();
  if (!cache) return;
  await cache.put(LIST, Response.json(kept));
  // Pictures of tickets that are no longer there (refunded, given away) go.
  const wanted = new Set(kept.tickets.map((ticket) => qrKey(ticket.id)));
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== LIST && !wanted.has(pathname)) await cache.delete(request);
  }
}

/** What was kept for this account; another account's is nobody's business. */
export async function keptTickets(userId: string): Promise<KeptTickets | null> {
  const found = await (await store())?.match(LIST);
  if (!found) return null;
  const kept = (await found.json()) as KeptTickets;
  return kept.userId === userId ? kept : null;
}

export async function keepQr(ticketId: string, svg: string): Promise<void> {
  await (await store())?.put(
    qrKey(ticketId),
    new Response(svg, { headers: { 'content-type': 'image/svg+xml' } }),
  );
}

export async function keptQr(ticketId: string): Promise<string | null> {
  const found = await (await store())?.match(qrKey(ticketId));
  return found ? found.text() : null;
}
