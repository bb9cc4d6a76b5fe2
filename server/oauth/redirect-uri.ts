/** Where a code may be sent (rule Z3): https, or a program on the person's own machine. Nothing is matched by pattern. */

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** What is wrong with an address a program wants its codes sent to, or null. */
export function redirectUriProblem(given: string): string | null {
  if (!URL.canParse(given)) return 'is no address';
  const url = new URL(given);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.has(url.hostname)))
    return 'must be https, or http on this machine (127.0.0.1, [::1], localhost)';
  if (given.includes('#')) return 'must have no fragment';
  if (url.username || url.password) return 'must have no user in it';
  if (given.includes('*')) return 'is taken as it stands: no patterns';
  // Compared character by character later on, so that only the canonical spelling is one.
  if (url.href !== given && url.href !== `${given}/`) return `must be spelt ${url.href}`;
  return null;
}
