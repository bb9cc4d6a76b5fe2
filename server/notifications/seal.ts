/** What a push service gets: the message encrypted for one browser (RFC 8291, aes128gcm), and who we are (VAPID, RFC 8292). */
import { createHash, createPublicKey } from 'node:crypto';
import webPush from 'web-push';
import type { PushKey } from '../keys/index.ts';

export interface BrowserKeys {
  endpoint: string;
  p256dh: string;
  auth: string;
}

export type Urgency = 'very-low' | 'low' | 'normal' | 'high';

/** As the service worker reads it (client/sw.ts). `url` is a path of ours; of one `tag` only the latest is shown. */
export interface PushMessage {
  kind: string;
  title: string;
  body: string;
  url: string;
  tag: string;
  /** The drop whose open page says it better. */
  dropId?: string | undefined;
}

export interface Sealed {
  headers: Record<string, string | number>;
  body: Buffer;
}

/** Push services take 4,096 bytes; what is left when headers and padding are off is far more than any text of ours. */
const BODY_LENGTH = 300;
const TITLE_LENGTH = 120;
const clip = (text: string, length: number) => {
  const points = [...text];
  return points.length <= length ? text : `${points.slice(0, length - 1).join('')}…`;
};

/** Whether a browser's keys are such: a point on P-256, and 16 bytes. */
export function areKeys({ p256dh, auth }: Pick<BrowserKeys, 'p256dh' | 'auth'>): boolean {
  const point = Buffer.from(p256dh, 'base64url');
  if (point.length !== 65 || point[0] !== 4 || Buffer.from(auth, 'base64url').length !== 16) return false;
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url');
  try {
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }, format: 'jwk' });
    return true;
  } catch {
    // Not a point on the curve: a sender that used it would tell its own key.
    return false;
  }
}

/** At most 32 characters: what waits at the service under the same topic is replaced. */
export const topicOf = (tag: string): string =>
  createHash('sha256').update(tag).digest('base64url').slice(0, 32);

export function seal(
  key: PushKey,
  contact: string,
  browser: BrowserKeys,
  message: PushMessage,
  { ttlSeconds, urgency }: { ttlSeconds: number; urgency: Urgency },
): Sealed {
  const text = JSON.stringify({
    ...message,
    title: clip(message.title, TITLE_LENGTH),
    body: clip(message.body, BODY_LENGTH),
  });
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint: browser.endpoint, keys: { p256dh: browser.p256dh, auth: browser.auth } },
    text,
    {
      vapidDetails: { subject: contact, publicKey: key.publicKey, privateKey: key.privateKey },
      contentEncoding: 'aes128gcm',
      TTL: Math.max(0, Math.floor(ttlSeconds)),
      urgency,
      topic: topicOf(message.tag),
    },
  );
  return { headers: headers as Sealed['headers'], body: body as Buffer };
}
