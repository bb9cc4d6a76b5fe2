/**
 * Which pages may open a socket. CORS does not protect a WebSocket, so the edge judges the Origin header itself, and
 * synchronously: an asynchronous `allowRequest` ends the process on uWebSockets.js.
 */
export interface OriginPolicy {
  /** Listed origins, such as `https://tickets.example`. */
  origins: readonly string[];
  /** In development, with nothing listed: the page's host must be the edge's own, on any port. */
  sameHost: boolean;
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const sameHost = (a: string, b: string): boolean => a === b || (LOOPBACK.has(a) && LOOPBACK.has(b));

/** An absent Origin passes (k6, other servers: no browser leaves it out); `null` and malformed ones do not. */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  policy: OriginPolicy,
): boolean {
  if (origin === undefined || origin === '') return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  // An Origin is scheme, host and port: anything more is not one.
  if (url.origin !== origin.toLowerCase()) return false;
  if (policy.origins.some((listed) => listed.toLowerCase().replace(/\/$/, '') === url.origin)) return true;
  if (!policy.sameHost || policy.origins.length > 0 || !host || !URL.canParse(`http://${host}`)) return false;
  return sameHost(url.hostname, new URL(`http://${host}`).hostname);
}
