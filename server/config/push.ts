/** Web Push: services beside those that browsers have, and whom a push service may write to (rules N10, N14). */
import type { Weakness } from './secrets.ts';

export interface PushSettings {
  /** Origins of push services of one's own. */
  hosts: readonly string[];
  /** `mailto:…` or `https://…` */
  contact: string;
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** The origin that one entry names; null: it is none that may be sent to. Plain http is for this machine, outside production. */
function originOf(entry: string, production: boolean): string | null {
  const url = URL.canParse(entry) ? new URL(entry) : null;
  if (url?.pathname !== '/' || url.search || url.hash || url.username || url.password) return null;
  const onThisMachine = url.protocol === 'http:' && LOOPBACK.has(url.hostname) && !production;
  return url.protocol === 'https:' || onThisMachine ? url.origin : null;
}

/** Without a contact, mails' sender is the one: an address on no machine but this helps nobody, so that production says so. */
export function pushSettings(
  given: { hosts: string | undefined; contact: string | undefined; mailFrom: string },
  production: boolean,
): { push: PushSettings } | Weakness {
  const hosts: string[] = [];
  for (const entry of (given.hosts ?? '').split(',').map((part) => part.trim())) {
    if (entry === '') continue;
    const origin = originOf(entry, production);
    if (origin === null)
      return {
        problem: `PUSH_HOSTS has "${entry}".`,
        remedy:
          'Use origins of push services, such as https://push.example; http only for this machine, in development.',
      };
    hosts.push(origin);
  }
  const contact = given.contact || `mailto:${given.mailFrom}`;
  if (!/^mailto:[^\s@]+@[^\s@]+$/.test(contact) && !/^https:\/\/[^\s/]+/.test(contact))
    return {
      problem: `PUSH_CONTACT=${contact} is nothing to write to.`,
      remedy: 'Use mailto:ops@hall.example or https://hall.example/contact.',
    };
  return { push: { hosts, contact } };
}
