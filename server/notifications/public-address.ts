/** Which addresses are somebody's on the open internet (rule N12). What is not is never asked, whatever a name says. */
import { BlockList, isIP } from 'node:net';
import { isListed, normaliseAddress } from '../transport/index.ts';

/** IANA's special-purpose registries, and what carries an IPv4 address inside. */
const RESERVED = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;

const reserved = new BlockList();
for (const [address, bits] of RESERVED) reserved.addSubnet(address, bits, 'ipv4');

/** Of IPv6 only what is given out to people: 2000::/3, without documentation, Teredo, 6to4 and other tunnels. */
const given = new BlockList();
given.addSubnet('2000::', 3, 'ipv6');
const notGiven = new BlockList();
for (const [address, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  notGiven.addSubnet(address, bits, 'ipv6');

/** False for what is no address, too. A mapped IPv4 address (`::ffff:127.0.0.1`) is judged as what it stands for. */
export function isPublic(address: string): boolean {
  const plain = normaliseAddress(address);
  switch (isIP(plain)) {
    case 4:
      return !isListed(reserved, plain);
    case 6:
      return isListed(given, plain) && !isListed(notGiven, plain);
    default:
      return false;
  }
}
