/**
 * Where we send (rules N10, N11). An endpoint is an address that a browser names and our server asks: it is one of the push
 * services that browsers have, or of those that whoever runs this house has named.
 */

/** One breaker each: a service that is away holds up no other. */
export type Family = 'google' | 'mozilla' | 'apple' | 'microsoft' | 'own';

const KNOWN: readonly { family: Family; host: RegExp }[] = [
  { family: 'google', host: /^fcm\.googleapis\.com$/ },
  { family: 'mozilla', host: /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.push\.services\.mozilla\.com$/ },
  { family: 'apple', host: /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.push\.apple\.com$/ },
  { family: 'microsoft', host: /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.notify\.windows\.com$/ },
];

export interface Endpoint {
  url: URL;
  family: Family;
}

/**
 * Null: nothing we send to. Judged when it is given and again each time before something is sent there, since settings change.
 * @param own origins from `PUSH_HOSTS`
 */
export function readEndpoint(text: string, own: readonly string[]): Endpoint | null {
  // URL forgives spaces, tabs, line ends and backslashes, and not every reader does alike; a push service's address has none.
  if (!/^https?:\/\/[\x21-\x5b\x5d-\x7e]+$/.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '' || url.hash !== '') return null;
  if (own.includes(url.origin)) return { url, family: 'own' };
  if (url.protocol !== 'https:' || url.port !== '') return null;
  const known = KNOWN.find(({ host }) => host.test(url.hostname));
  return known ? { url, family: known.family } : null;
}

const USUAL = /^(?:fcm\.googleapis\.com|updates\.push\.services\.mozilla\.com|web\.push\.apple\.com)$/;

/** Whether its silence is the service's: of the other hosts under a service's name anybody may have made one up (rule N18). */
export const isUsual = ({ url, family }: Endpoint): boolean => family === 'own' || USUAL.test(url.hostname);
