/**
 * The pages' addresses. Links are plain `<a href>`: a click on one of ours changes the page without loading it anew,
 * everything else (other sites, downloads, new tabs, modifier keys) is the browser's.
 */
import { signal } from '@preact/signals';

export interface Location {
  path: string;
  query: URLSearchParams;
  /** Rises with every navigation, so that the same page asked for again starts afresh. */
  visit: number;
}

export type Params = Record<string, string>;

/** Matches `/e/:eventId` against a path: its parameters, or null. */
export function matchPath(pattern: string, path: string): Params | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const params: Params = {};
  for (const [index, part] of wanted.entries()) {
    const value = given[index] as string;
    if (!part.startsWith(':')) {
      if (part !== value) return null;
      continue;
    }
    const decoded = decode(value);
    if (decoded === null) return null;
    params[part.slice(1)] = decoded;
  }
  return params;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

/** Where to go after logging in: only a path of this site, never another site dressed up as one. */
export function safeReturn(to: string | null, fallback = '/'): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: browsers drop them, which turns "/\t/evil" into "//evil"
  if (!to?.startsWith('/') || /[\u0000-\u001f\\]/.test(to)) return fallback;
  const base = 'https://here.invalid';
  try {
    const url = new URL(to, base);
    return url.origin === base ? `${url.pathname}${url.search}${url.hash}` : fallback;
  } catch {
    return fallback;
  }
}

/** The log-in page that comes back here. */
export const loginPath = (to: string): string => `/login?to=${encodeURIComponent(to)}`;

const read = (visit: number): Location => ({
  path: globalThis.location?.pathname ?? '/',
  query: new URLSearchParams(globalThis.location?.search ?? ''),
  visit,
});

const current = signal<Location>(read(0));
export const location = current;

export function navigate(to: string, options: { replace?: boolean } = {}): void {
  const leaving = { ...history.state, scroll: window.scrollY };
  history.replaceState(leaving, '');
  if (options.replace) history.replaceState({}, '', to);
  else history.pushState({}, '', to);
  current.value = read(current.peek().visit + 1);
  window.scrollTo(0, 0);
}

/** Listens to clicks and the back button. `isPage` says which paths are ours to show. */
export function startRouter(isPage: (path: string) => boolean): void {
  history.scrollRestoration = 'manual';
  window.addEventListener('popstate', (event) => {
    current.value = read(current.peek().visit + 1);
    const scroll: unknown = event.state?.scroll;
    // After the page has been put up again, at the height where it was left.
    requestAnimationFrame(() => window.scrollTo(0, typeof scroll === 'number' ? scroll : 0));
  });
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (!anchor?.href || anchor.hasAttribute('download')) return;
    if (anchor.target && anchor.target !== '_self') return;
    const url = new URL(anchor.href);
    if (url.origin !== window.location.origin || !isPage(url.pathname)) return;
    if (url.pathname === window.location.pathname && url.hash) return;
    event.preventDefault();
    navigate(`${url.pathname}${url.search}${url.hash}`);
  });
}
