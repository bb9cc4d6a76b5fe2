/** What is this account's on this device goes (rules U222, N42). Apart from kept.ts: every page loads this, and only this. */
export const CACHE = 'holdfast-tickets';

export async function forgetTickets(): Promise<void> {
  if (globalThis.caches) await caches.delete(CACHE);
  // Whoever logs in next is told nothing of this one. The server hears of it when it next sends something.
  const worker = await navigator.serviceWorker?.getRegistration('/my/');
  await (await worker?.pushManager?.getSubscription())?.unsubscribe();
}
