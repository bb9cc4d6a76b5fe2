/**
 * Whose address a socket has. uWebSockets.js writes IPv6 in full (`0000:…:ffff:7f00:0001` for 127.0.0.1); a proxy's
 * word counts only when the proxy is trusted.
 */
import { type BlockList, isIP } from 'node:net';

/** Plain IPv4, or IPv6 in its shortest form (RFC 5952). What is no address is given back as it is. */
export function plainAddress(text: string): string {
  if (isIP(text) !== 6) return text;
  const short = new URL(`http://[${text}]/`).hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!mapped) return short;
  const hi = Number.parseInt(mapped[1]!, 16);
  const lo = Number.parseInt(mapped[2]!, 16);
  return `${hi >> 8}.${hi & 255}.${lo >> 8}.${lo & 255}`;
}

export const isListed = (list: BlockList, address: string): boolean =>
  isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * The peer's address: X-Forwarded-For is read from its right end for as long as the speaker is a trusted proxy, so
 * that nothing a client writes into it is believed.
 */
export function clientAddress(remote: string, forwardedFor: string | undefined, proxies: BlockList): string {
  let address = plainAddress(remote);
  const hops = forwardedFor?.split(',').map((hop) => hop.trim()) ?? [];
  while (hops.length > 0 && isListed(proxies, address)) {
    const hop = hops.pop()!;
    if (isIP(hop) === 0) break;
    address = plainAddress(hop);
  }
  return address;
}
