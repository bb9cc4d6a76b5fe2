/** An order's reference for a person: eight of 32 signs that cannot be mistaken for one another, e.g. `4K7Q-71B2`. */
import { type Uuid, uuidBytes } from '../kernel/index.ts';

const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;

/** From the random end of the order's id: 40 bits. Unique in the ledger; who meets a taken one takes another id. */
export function referenceOf(orderId: Uuid): string {
  let bits = 0n;
  for (const byte of uuidBytes(orderId).subarray(11)) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < LENGTH; i++) {
    text = SIGNS[Number(bits & 31n)] + text;
    bits >>= 5n;
  }
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}
