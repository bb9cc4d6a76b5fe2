/**
 * The Socket.IO protocol (revision 5) as far as these pages speak it: text only, one namespace. Takes the place of
 * `socket.io-parser` in the built pages (vite.config.ts), whose other half is about binary attachments that no edge of
 * ours sends or takes (server/realtime/wire.ts).
 */
import { Emitter } from '@socket.io/component-emitter';

export const protocol = 5;

export const PacketType = {
  CONNECT: 0,
  DISCONNECT: 1,
  EVENT: 2,
  ACK: 3,
  CONNECT_ERROR: 4,
} as const;

export interface Packet {
  type: number;
  nsp: string;
  data?: unknown;
  id?: number;
}

export class Encoder {
  encode(packet: Packet): string[] {
    const nsp = packet.nsp && packet.nsp !== '/' ? `${packet.nsp},` : '';
    const data = packet.data === undefined || packet.data === null ? '' : JSON.stringify(packet.data);
    return [`${packet.type}${nsp}${packet.id ?? ''}${data}`];
  }
}

/** @throws Error on anything that is not a text packet: the library then closes the connection, and a new one is dialed. */
export function decodePacket(text: unknown): Packet {
  const match = typeof text === 'string' ? /^([0-4])(?:(\/[^,]*),?)?(\d*)(.*)$/s.exec(text) : null;
  if (!match) throw new Error('not a text packet');
  const packet: Packet = { type: Number(match[1]), nsp: match[2] ?? '/' };
  if (match[3]) packet.id = Number(match[3]);
  if (match[4]) packet.data = JSON.parse(match[4]);
  return packet;
}

export class Decoder extends Emitter<
  Record<string, never>,
  Record<string, never>,
  { decoded: (packet: Packet) => void }
> {
  add(text: unknown): void {
    this.emitReserved('decoded', decodePacket(text));
  }

  /** Nothing is kept between packets. */
  destroy(): void {}
}
