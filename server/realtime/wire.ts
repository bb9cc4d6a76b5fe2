/**
 * The Socket.IO protocol (revision 5) as far as an edge speaks it: text only, one namespace. Binary packets are refused
 * by throwing, which closes their connection. The stock encoder looks through every payload for buffers and the stock
 * decoder collects attachments; neither is wanted here, and both cost on each message.
 */
import { EventEmitter } from 'node:events';

const CONNECT = 0;
const DISCONNECT = 1;
const EVENT = 2;
const ACK = 3;

export interface Packet {
  type: number;
  nsp: string;
  id?: number;
  data?: unknown;
}

/** Socket.IO gives these a meaning of its own; a client may not send them. */
const RESERVED = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'newListener',
  'removeListener',
  'error',
]);

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function dataFits(type: number, data: unknown): boolean {
  switch (type) {
    case CONNECT:
      return data === undefined || isObject(data);
    case DISCONNECT:
      return data === undefined;
    case EVENT:
      return Array.isArray(data) && typeof data[0] === 'string' && !RESERVED.has(data[0]);
    case ACK:
      return Array.isArray(data);
    default:
      return false;
  }
}

/** @throws SyntaxError on anything that is not a well-formed text packet. */
export function decodePacket(text: string): Packet {
  const type = text.charCodeAt(0) - 48;
  if (!(type >= CONNECT && type <= ACK)) throw new SyntaxError('packet type');
  let at = 1;
  let nsp = '/';
  if (text.charCodeAt(1) === 47) {
    const comma = text.indexOf(',');
    nsp = comma < 0 ? text.slice(1) : text.slice(1, comma);
    at = comma < 0 ? text.length : comma + 1;
  }
  let id: number | undefined;
  const idStart = at;
  for (let c = text.charCodeAt(at); c >= 48 && c <= 57; c = text.charCodeAt(++at));
  if (at > idStart) {
    id = Number(text.slice(idStart, at));
    if (!Number.isSafeInteger(id)) throw new SyntaxError('packet id');
  }
  const data: unknown = at < text.length ? JSON.parse(text.slice(at)) : undefined;
  if (!dataFits(type, data)) throw new SyntaxError('packet data');
  return id === undefined ? { type, nsp, data } : { type, nsp, id, data };
}

export class Decoder extends EventEmitter {
  add(chunk: unknown): void {
    if (typeof chunk !== 'string') throw new SyntaxError('binary is refused');
    this.emit('decoded', decodePacket(chunk));
  }

  /** Called by Socket.IO when the connection ends; nothing is kept between packets. */
  destroy(): void {}
}

export class Encoder {
  encode(packet: Packet): string[] {
    const nsp = packet.nsp && packet.nsp !== '/' ? `${packet.nsp},` : '';
    const data = packet.data === undefined || packet.data === null ? '' : JSON.stringify(packet.data);
    return [`${packet.type}${nsp}${packet.id ?? ''}${data}`];
  }
}

/** An event as it goes over the wire (Engine.IO message, Socket.IO event), written once for any number of readers. */
export const frame = (event: string, payload: unknown): string => `42${JSON.stringify([event, payload])}`;
