/**
 * Who passkeys are made for (rule A92): the host of the first configured origin, and every configured origin at or under it.
 * Where none is configured (development), the host that was asked.
 */
import { isIP } from 'node:net';

export interface RelyingParty {
  /** A host name: what a passkey is bound to for ever. */
  id: string;
  /** Pages whose answers are taken. */
  origins: string[];
}

const isSecure = ({ protocol, hostname }: URL): boolean => protocol === 'https:' || hostname === 'localhost';

/** @param own the origin that was asked; null: there can be no passkeys here (an address instead of a name, or no TLS) */
export function relyingParty(configured: readonly string[], own: string): RelyingParty | null {
  const urls = (configured.length > 0 ? configured : [own]).flatMap((origin) =>
    URL.canParse(origin) ? [new URL(origin)] : [],
  );
  const id = urls[0]?.hostname;
  if (id === undefined || isIP(id.replace(/^\[|\]$/g, '')) !== 0) return null;
  const origins = urls
    .filter((url) => isSecure(url) && (url.hostname === id || url.hostname.endsWith(`.${id}`)))
    .map((url) => url.origin);
  return origins.length > 0 ? { id, origins } : null;
}
