/**
 * The text inside a ticket's QR code: `HF1.<key id>.<payload>.<signature>` (docs/tickets.md).
 *
 *   payload    base64url of 34 bytes: ticket id (16), event id (16), code version (2, big-endian)
 *   signature  base64url of the 64 bytes of Ed25519 over everything before its dot
 *
 * It is signed, not encrypted: it holds ids only, so there is nothing to hide (rule T1). Whoever has the public key
 * verifies it offline (rule T2); that a ticket is used once is the scanner's to see, by ticket id and version.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type Uuid, uuidBytes } from '../kernel/index.ts';
import type { KeyRing, PublicJwk } from '../keys/index.ts';

const SCHEME = 'HF1';
const PAYLOAD_BYTES = 34;
const SIGNATURE_BYTES = 64;
/** Longer text is not a ticket, whatever it says. */
const MAX_TEXT = 256;

export interface TicketClaims {
  ticketId: Uuid;
  eventId: Uuid;
  /** Rises with each reissue: an older one is refused at the gate. */
  version: number;
}

export type CodeVerdict =
  | { valid: true; claims: TicketClaims; keyId: string }
  | { valid: false; reason: 'not_a_ticket' | 'unknown_key' | 'bad_signature' };

/** Checks a raw signature by key id: false for a wrong one, null when the key is not known. */
export type SignatureCheck = (keyId: string, data: Uint8Array, signature: Uint8Array) => boolean | null;

export function signCode(keys: Pick<KeyRing, 'sign' | 'publicJwks'>, claims: TicketClaims): string {
  const payload = Buffer.alloc(PAYLOAD_BYTES);
  uuidBytes(claims.ticketId).copy(payload, 0);
  uuidBytes(claims.eventId).copy(payload, 16);
  payload.writeUInt16BE(claims.version, 32);
  // The signed text names its key, so the id is needed first: of a purpose's keys the first one signs.
  const kid = keys.publicJwks().keys.find((key) => key.kid.startsWith('ticket-'))?.kid;
  const body = `${SCHEME}.${kid}.${payload.toString('base64url')}`;
  return `${body}.${keys.sign('ticket', Buffer.from(body)).signature.toString('base64url')}`;
}

/** Base64url has spare bits: only the canonical spelling counts, so that no two texts are one ticket. */
function bytes(text: string, length: number): Buffer | null {
  const buffer = Buffer.from(text, 'base64url');
  return buffer.length === length && buffer.toString('base64url') === text ? buffer : null;
}

function uuid(buffer: Buffer): Uuid {
  const hex = buffer.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Pure: what a scanner needs, on a device that has never heard of the server. */
export function verifyCode(text: string, check: SignatureCheck): CodeVerdict {
  const [scheme, keyId, payloadText, signatureText, ...rest] = text.length <= MAX_TEXT ? text.split('.') : [];
  if (scheme !== SCHEME || !keyId || !payloadText || !signatureText || rest.length > 0)
    return { valid: false, reason: 'not_a_ticket' };
  const payload = bytes(payloadText, PAYLOAD_BYTES);
  const signature = bytes(signatureText, SIGNATURE_BYTES);
  if (!payload || !signature) return { valid: false, reason: 'not_a_ticket' };
  const verdict = check(keyId, Buffer.from(`${scheme}.${keyId}.${payloadText}`), signature);
  if (verdict === null) return { valid: false, reason: 'unknown_key' };
  if (!verdict) return { valid: false, reason: 'bad_signature' };
  const claims = {
    ticketId: uuid(payload.subarray(0, 16)),
    eventId: uuid(payload.subarray(16, 32)),
    version: payload.readUInt16BE(32),
  };
  return { valid: true, claims, keyId };
}

/** A check by published keys (`/.well-known/jwks.json`), of which only those for tickets count. */
export function checkByJwks(jwks: { keys: readonly PublicJwk[] }): SignatureCheck {
  const keys = new Map<string, KeyObject>();
  for (const jwk of jwks.keys)
    if (jwk.kid.startsWith('ticket-')) keys.set(jwk.kid, createPublicKey({ key: { ...jwk }, format: 'jwk' }));
  return (keyId, data, signature) => {
    const key = keys.get(keyId);
    return key ? verify(null, data, key, signature) : null;
  };
}
