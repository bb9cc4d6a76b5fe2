/**
 * Peers by address: one spelling each, and the prefix that stands for one subscriber when limits are counted
 * (an IPv6 customer owns a whole /64; counting single addresses would let one person be 2^64 people).
 */
import { type BlockList, isIP, isIPv4 } from 'node:net';

/** `::ffff:127.0.0.1`, `0000:…:ffff:7f00:0001` and `127.0.0.1` are one peer. Zones (`%eth0`) are dropped. */
export function normaliseAddress(address: string): string {
  const bare = address.split('%')[0] as string;
  if (isIP(bare) !== 6) return bare;
  const groups = expand(bare);
  const mapped = groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff;
  if (mapped) {
    const [hi, lo] = [groups[6] as number, groups[7] as number];
    return [hi >> 8, hi & 255, lo >> 8, lo & 255].join('.');
  }
  return groups.map((g) => g.toString(16)).join(':');
}

/** What per-address limits count: the IPv4 address, or the IPv6 /64. */
export function addressPrefix(address: string): string {
  const normal = normaliseAddress(address);
  return isIP(normal) === 6 ? `${normal.split(':').slice(0, 4).join(':')}::/64` : normal;
}

/** Whether an address stands in the list (never for something that is no address). */
export function isListed(list: BlockList, address: string): boolean {
  const normal = normaliseAddress(address);
  const family = isIP(normal);
  return family !== 0 && list.check(normal, family === 6 ? 'ipv6' : 'ipv4');
}

function expand(address: string): number[] {
  let text = address;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (isIPv4(tail)) {
    const [a, b, c, d] = tail.split('.').map(Number) as [number, number, number, number];
    text = `${text.slice(0, -tail.length)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const [head = '', rest] = text.split('::');
  const parse = (part: string) => (part === '' ? [] : part.split(':').map((g) => Number.parseInt(g, 16)));
  if (rest === undefined) return parse(head);
  const [left, right] = [parse(head), parse(rest)];
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}
