/**
 * A push service and the browsers behind it, for tests: takes what is posted over real HTTP, checks who says they sent it (VAPID),
 * and opens the message with the browser's private keys. It shares no code with what seals them: RFC 8188, 8291 and 8292 are
 * followed here a second time.
 */
import {
  createDecipheriv,
  createECDH,
  createPublicKey,
  type ECDH,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedPush {
  /** Which browser's. */
  endpoint: string;
  headers: IncomingHttpHeaders;
  /** Of the sender's token. */
  claims: { aud: string; exp: number; sub: string };
  /** Whose signature it is: base64url of the uncompressed point. */
  senderKey: string;
  message: { kind: string; title: string; body: string; url: string; tag: string; dropId?: string };
}

export interface Browser {
  endpoint: string;
  keys: { p256dh: string; auth: string };
}

export interface Receiver {
  /** As in `PUSH_HOSTS`. */
  origin: string;
  browser(): Browser;
  received: ReceivedPush[];
  /** What was posted and is no push that a browser would take, with the reason. */
  refused: string[];
  /** Every request, taken or not. */
  requests: number;
  /** What is answered from now on, to one browser or to all; null: takes everything. Held: until released. */
  answer(with_: ((endpoint: string, res: ServerResponse) => void) | null): void;
  close(): Promise<void>;
}

interface Client {
  ecdh: ECDH;
  auth: Buffer;
}

const RECORD_HEADER = 21;

/** RFC 8291 over RFC 8188, one record. @throws Error when it is not so */
export function openMessage(client: Client, body: Buffer): string {
  const salt = body.subarray(0, 16);
  const recordSize = body.readUInt32BE(16);
  const idLength = body[20] as number;
  const sender = body.subarray(RECORD_HEADER, RECORD_HEADER + idLength);
  const sealed = body.subarray(RECORD_HEADER + idLength);
  if (sender.length !== 65) throw new Error('no key of the sender');
  if (sealed.length > recordSize) throw new Error('more than one record');
  const secret = client.ecdh.computeSecret(sender);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), client.ecdh.getPublicKey(), sender]);
  const material = hkdfSync('sha256', secret, client.auth, info, 32);
  const derive = (what: string, length: number) =>
    Buffer.from(
      hkdfSync('sha256', Buffer.from(material), salt, Buffer.from(`Content-Encoding: ${what}\0`), length),
    );
  const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  cipher.setAuthTag(sealed.subarray(-16));
  const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
  // Zeros pad it; before them stands 2, for the last record.
  const end = plain.findLastIndex((byte) => byte !== 0);
  if (plain[end] !== 2) throw new Error('not the last record');
  return plain.subarray(0, end).toString();
}

/** RFC 8292. @throws Error when the token is not signed by the key that comes with it */
export function readVapid(authorization: string | undefined): Pick<ReceivedPush, 'claims' | 'senderKey'> {
  const [, token = '', senderKey = ''] = /^vapid t=([^,\s]+),\s*k=(\S+)$/.exec(authorization ?? '') ?? [];
  const [head = '', payload = '', signature = ''] = token.split('.');
  const point = Buffer.from(senderKey, 'base64url');
  if (point.length !== 65) throw new Error('no key');
  const part = (from: number) => point.subarray(from, from + 32).toString('base64url');
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }, format: 'jwk' });
  const read = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  if (read(head).alg !== 'ES256') throw new Error('not ES256');
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${payload}`),
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!good) throw new Error('bad signature');
  return { claims: read(payload), senderKey };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

export async function startReceiver(nowMs: () => number = Date.now): Promise<Receiver> {
  const clients = new Map<string, Client>();
  let custom: Parameters<Receiver['answer']>[0] = null;

  function judge(endpoint: string, request: IncomingMessage, body: Buffer): ReceivedPush {
    const client = clients.get(endpoint);
    if (!client) throw new Error('no such browser');
    const { headers } = request;
    if (headers['content-encoding'] !== 'aes128gcm') throw new Error('not aes128gcm');
    if (!/^\d+$/.test(String(headers.ttl))) throw new Error('no TTL');
    if (body.length > 4_096) throw new Error('too large');
    const { claims, senderKey } = readVapid(headers.authorization);
    if (claims.aud !== receiver.origin) throw new Error(`for ${claims.aud}`);
    const left = claims.exp - nowMs() / 1_000;
    if (left <= 0 || left > 86_400) throw new Error(`good for ${left} s`);
    if (!/^(mailto:|https:)/.test(claims.sub)) throw new Error('nobody to write to');
    return { endpoint, headers, claims, senderKey, message: JSON.parse(openMessage(client, body)) };
  }

  const server = createServer((request, response) => {
    void bytesOf(request).then((body) => {
      receiver.requests++;
      const endpoint = receiver.origin + request.url;
      if (request.method !== 'POST') return response.writeHead(405).end();
      try {
        const push = judge(endpoint, request, body);
        if (custom) return custom(endpoint, response);
        receiver.received.push(push);
        return response.writeHead(201).end();
      } catch (err) {
        receiver.refused.push((err as Error).message);
        return response.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const receiver: Receiver = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    refused: [],
    requests: 0,
    browser() {
      const ecdh = createECDH('prime256v1');
      const p256dh = ecdh.generateKeys().toString('base64url');
      const auth = randomBytes(16);
      const endpoint = `${receiver.origin}/push/${randomBytes(12).toString('base64url')}`;
      clients.set(endpoint, { ecdh, auth });
      return { endpoint, keys: { p256dh, auth: auth.toString('base64url') } };
    },
    answer(with_) {
      custom = with_;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
