/** Where a session is used, as its owner would say it: by program and system, and by network, never by the whole address. */
import { isIP } from 'node:net';
import Bowser from 'bowser';
import { normaliseAddress } from '../transport/index.ts';

/** What a request says of who sends it. */
export interface Client {
  userAgent?: string | undefined;
  address?: string | undefined;
}

export interface Device {
  /** "Firefox on Linux"; null: it did not say. */
  name: string | null;
  /** "203.0.113.x", "2001:db8:1::x"; null: unknown. */
  network: string | null;
}

const NAME_MAX = 80;
const USER_AGENT_MAX = 400;

export function deviceName(userAgent: string | undefined): string | null {
  if (!userAgent?.trim()) return null;
  const { browser, os, platform } = Bowser.parse(userAgent.slice(0, USER_AGENT_MAX));
  // What it does not know it takes from the header as it stands: only plain words are shown.
  const plain = (text: string | undefined) => (text && /^[\w .+-]+$/.test(text) ? text : null);
  const where = plain(platform.model) ?? plain(os.name);
  const what = plain(browser.name);
  return ([what, where].filter(Boolean).join(' on ') || null)?.slice(0, NAME_MAX) ?? null;
}

/** The first three parts of an IPv4 address, the first three groups of an IPv6 one: a neighbourhood, not a household. */
export function networkOf(address: string | undefined): string | null {
  const normal = address ? normaliseAddress(address) : '';
  switch (isIP(normal)) {
    case 4:
      return `${normal.split('.').slice(0, 3).join('.')}.x`;
    case 6:
      return `${normal.split(':').slice(0, 3).join(':')}::x`;
    default:
      return null;
  }
}

export const deviceOf = ({ userAgent, address }: Client): Device => ({
  name: deviceName(userAgent),
  network: networkOf(address),
});
