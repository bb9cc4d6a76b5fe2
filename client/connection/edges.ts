/**
 * Which edges there are to dial: those that GET /status names, turned into addresses this page can reach. The last
 * good answer is kept, so that an outage of the api does not hide the edges.
 */

/** A server may name itself by a bare port or by an address nobody outside can reach: the page's own host then counts. */
const UNREACHABLE = new Set(['0.0.0.0', '[::]', 'localhost', '127.0.0.1', '[::1]']);

/** @returns an origin such as http://host:3001, or null when the name means nothing. */
export function edgeOrigin(named: string, page: { protocol: string; hostname: string }): string | null {
  const text = /^:?\d+$/.test(named) ? `${page.protocol}//${page.hostname}:${named.replace(':', '')}` : named;
  let url: URL;
  try {
    url = new URL(text.includes('://') ? text : `${page.protocol}//${text}`);
  } catch {
    return null;
  }
  if (!['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) return null;
  const secure = url.protocol === 'https:' || url.protocol === 'wss:';
  const host = UNREACHABLE.has(url.hostname) ? page.hostname : url.hostname;
  return `${secure ? 'https:' : 'http:'}//${host}${url.port ? `:${url.port}` : ''}`;
}

export function edgeOrigins(
  named: readonly string[],
  page: { protocol: string; hostname: string },
): string[] {
  return [...new Set(named.map((edge) => edgeOrigin(edge, page)).filter((origin) => origin !== null))];
}
