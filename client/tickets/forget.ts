/** What is kept of tickets on this device goes (rule U222). Apart from kept.ts: every page loads this, and only this. */
export const CACHE = 'holdfast-tickets';

export async function forgetTickets(): Promise<void> {
  if (globalThis.caches) await caches.delete(CACHE);
}
