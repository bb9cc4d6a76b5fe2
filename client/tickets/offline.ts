/** Puts the service worker in place that opens the tickets page without a network. Its scope is `/my/`, nothing more. */
export async function startOfflineTickets(): Promise<void> {
  const workers = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  // Only the built program has the worker; a bare http address has no service workers at all.
  if (!workers || !import.meta.env.PROD) return;
  await workers.register('/sw.js', { scope: '/my/' });
}
