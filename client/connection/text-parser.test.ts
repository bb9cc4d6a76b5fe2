import fc from 'fast-check';
import * as stock from 'socket.io-parser';
import { expect, test } from 'vitest';
import { Decoder, decodePacket, Encoder, type Packet, PacketType, protocol } from './text-parser.ts';

const packets = fc.oneof(
  fc.record({ type: fc.constant(0), nsp: fc.constant('/'), data: fc.record({ token: fc.string() }) }),
  fc.record({ type: fc.constant(1), nsp: fc.constantFrom('/', '/admin') }),
  fc.record({
    type: fc.constant(2),
    nsp: fc.constantFrom('/', '/admin'),
    data: fc.tuple(
      fc.string({ minLength: 1 }).map((name) => `x${name}`),
      fc.jsonValue(),
    ),
  }),
  fc.record({
    type: fc.constant(2),
    nsp: fc.constant('/'),
    id: fc.nat(),
    data: fc.tuple(fc.constant('hold:place'), fc.record({ n: fc.nat() })),
  }),
  fc.record({ type: fc.constant(3), nsp: fc.constant('/'), id: fc.nat(), data: fc.array(fc.jsonValue()) }),
  fc.record({ type: fc.constant(4), nsp: fc.constant('/'), data: fc.record({ message: fc.string() }) }),
);

const plain = (packet: Packet) => JSON.parse(JSON.stringify(packet)) as Packet;

test('U39: what is written is what Socket.IO writes, and what Socket.IO writes is read', () => {
  expect(protocol).toBe(stock.protocol);
  for (const [name, type] of Object.entries(PacketType)) expect(stock.PacketType[name as 'EVENT']).toBe(type);
  fc.assert(
    fc.property(packets, (packet) => {
      const ours = new Encoder().encode(packet);
      const theirs = new stock.Encoder().encode(packet as never);
      expect(ours).toEqual(theirs);
      expect(plain(decodePacket(theirs[0]))).toEqual(plain(packet));
    }),
  );
});

test('U39: the decoder hands packets on, and refuses what is no text packet', () => {
  const decoder = new Decoder();
  const seen: Packet[] = [];
  decoder.on('decoded', (packet) => seen.push(packet));
  decoder.add('2["queue:tick",{"serving":4}]');
  expect(seen).toEqual([{ type: 2, nsp: '/', data: ['queue:tick', { serving: 4 }] }]);
  expect(() => decoder.add(new ArrayBuffer(2))).toThrow('not a text packet');
  expect(() => decoder.add('9')).toThrow('not a text packet');
  expect(() => decoder.add('2[')).toThrow(SyntaxError);
});
