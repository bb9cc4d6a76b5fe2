/** The draw's seed: HMAC-SHA-256(secret, root ‖ beacon); without a beacon nothing follows the root. */
import { createHmac } from 'node:crypto';

export function seedOf(secret: Buffer, root: Buffer, beacon: Buffer | null): Buffer {
  const mac = createHmac('sha256', secret).update(root);
  if (beacon) mac.update(beacon);
  return mac.digest();
}
