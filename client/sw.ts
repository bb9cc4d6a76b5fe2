/**
 * Opens `/my/` pages without a network: keeps the shell and the hashed files it needs, one version at a time.
 * It answers for nothing else: no API answer passes through here, tickets are kept by their page (tickets/kept.ts).
 */
declare const self: ServiceWorkerGlobalScope;

/** Written in by the build (vite.config.ts). */
const PRECACHE = '__HOLDFAST_PRECACHE__' as unknown as { version: string; files: string[] };

const PREFIX = 'holdfast-shell-';
const CACHE = PREFIX + PRECACHE.version;
const SHELL = '/my/tickets';
/** A network that answers slower than this is as good as none when standing at a door. */
const SHELL_WAIT_MS = 3_000;

self.addEventListener('install', (event) => {
  event.waitUntil(install());
});

async function install(): Promise<void> {
  const cache = await caches.open(CACHE);
  const shell = new Request(SHELL, { cache: 'reload', headers: { accept: 'text/html' } });
  await Promise.all([
    cache.addAll(PRECACHE.files),
    fetch(shell).then((response) => {
      if (!response.ok) throw new Error(`the shell answered ${response.status}`);
      return cache.put(SHELL, response);
    }),
  ]);
  await self.skipWaiting();
}

self.addEventListener('activate', (event) => {
  event.waitUntil(tidy());
});

async function tidy(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(openPage(request));
  else if (PRECACHE.files.includes(url.pathname)) event.respondWith(openFile(request, url.pathname));
});

async function openPage(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(SHELL_WAIT_MS) });
  } catch {
    // No network, or none worth waiting for: the shell that was kept.
    return (await caches.match(SHELL, { cacheName: CACHE })) ?? Response.error();
  }
}

async function openFile(request: Request, path: string): Promise<Response> {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(request);
}

export type {};
