/**
 * Opens `/my/` pages without a network: keeps the shell and the hashed files it needs, one version at a time.
 * It answers for nothing else: no API answer passes through here, tickets are kept by their page (tickets/kept.ts).
 * And it shows what is pushed (rules N40, N41).
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

/** As the server seals it (server/notifications/seal.ts). */
interface PushMessage {
  kind: string;
  title: string;
  body: string;
  url: string;
  tag: string;
  dropId?: string;
}

function messageIn(data: PushMessageData | null): PushMessage | null {
  try {
    return (data?.json() as PushMessage | null | undefined) ?? null;
  } catch {
    // Not from us, or from a version to come.
    return null;
  }
}

const pages = (): Promise<readonly WindowClient[]> =>
  self.clients.matchAll({ type: 'window', includeUncontrolled: true });

self.addEventListener('push', (event) => {
  event.waitUntil(show(messageIn(event.data)));
});

async function show(message: PushMessage | null): Promise<void> {
  if (!message) return;
  const { kind, title, body, url, tag, dropId } = message;
  // Whoever looks at the line sees it better there.
  const seen = (await pages()).some(
    (page) => page.visibilityState === 'visible' && new URL(page.url).pathname === `/d/${dropId}`,
  );
  if (seen) return;
  await self.registration.showNotification(title, {
    body,
    tag,
    icon: '/icon-turn.svg',
    requireInteraction: kind === 'turn_called',
    data: { url },
  });
}

self.addEventListener('pushsubscriptionchange', (event) => {
  (event as ExtendableEvent).waitUntil(stayTold((event as SubscriptionChange).newSubscription));
});

interface SubscriptionChange extends ExtendableEvent {
  /** Some browsers have made it already, others leave it to us. */
  readonly newSubscription?: PushSubscription | null;
}

/** As the pages send it (api.ts); null: nobody is logged in here, or the server cannot be asked. */
async function asked<T>(path: string, body?: object, token?: string): Promise<T | null> {
  try {
    const response = await fetch(path, {
      method: body ? 'POST' : 'GET',
      headers: {
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return response.ok ? ((await response.json()) as T) : null;
  } catch {
    // No network: the profile page makes up for it when it is opened next (push/here.ts).
    return null;
  }
}

/** The browser exchanged its subscription: what is sent to the old one arrives nowhere, so the server is told the new one. */
async function stayTold(given: PushSubscription | null | undefined): Promise<void> {
  const key = (await asked<{ key: string }>('/push/key'))?.key;
  if (!key) return;
  const { pushManager } = self.registration;
  const subscription =
    given ?? (await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
  // Under the lock of the pages (session-lock.ts): two that spend one refresh cookie would look like theft.
  const tokens = await navigator.locks.request('holdfast.refresh', () =>
    asked<{ accessToken: string }>('/refresh', {}),
  );
  const { endpoint, keys } = subscription.toJSON();
  if (tokens) await asked('/me/push', { endpoint, keys }, tokens.accessToken);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open((event.notification.data as { url?: unknown } | null)?.url));
});

async function open(to: unknown): Promise<void> {
  const wanted = new URL(typeof to === 'string' ? to : '/', self.location.origin);
  const { href, pathname } =
    wanted.origin === self.location.origin ? wanted : new URL('/', self.location.origin);
  const there = (await pages()).find((page) => new URL(page.url).pathname === pathname);
  // A page with something else on it stays as it is.
  await (there ? there.focus() : self.clients.openWindow(href));
}

export type {};
