import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DropState, QueueTick, StockTick } from '../../server/protocol/index.ts';
import { edgeOrigin, edgeOrigins } from './edges.ts';
import { applyQueueTick, applyStockTick, comparePositions, freshest } from './freshest.ts';

const state = (more: Partial<DropState> = {}): DropState => ({
  id: 'd',
  eventId: 'e',
  phase: 'live',
  epoch: 1,
  version: 1,
  serverTime: '2026-11-21T19:51:07.000Z',
  hasLine: true,
  lobbyOpensAt: null,
  opensAt: '2026-11-21T19:30:00.000Z',
  endsAt: null,
  pausedAt: null,
  pauseReason: null,
  serving: 10,
  lastNumber: 100,
  lobbyCount: 100,
  turnsInUse: 5,
  maxTurns: 10,
  limitPerFan: 4,
  turnSeconds: 600,
  holdSeconds: 900,
  claimSeconds: 60,
  extendable: false,
  ratePerMinute: null,
  tiers: [
    {
      id: 't',
      name: 'Floor',
      priceCents: 100,
      currency: 'EUR',
      quantity: 10,
      available: 10,
      held: 0,
      sold: 0,
    },
  ],
  ...more,
});
const tick = (more: Partial<QueueTick> = {}): QueueTick => ({
  dropId: 'd',
  epoch: 1,
  version: 2,
  serving: 12,
  lastNumber: 101,
  phase: 'live',
  ...more,
});
const stock = (more: Partial<StockTick> = {}): StockTick => ({
  dropId: 'd',
  epoch: 1,
  version: 2,
  tiers: { t: [7, 2, 1] },
  ...more,
});

test('U30: whatever order states come in, the highest position is shown at the end', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ epoch: fc.nat(3), version: fc.nat(9), serving: fc.nat(50) }), { minLength: 1 }),
      (all) => {
        const shown = all
          .map((one) => state(one))
          .reduce<DropState | null>((known, next) => freshest(known, next), null);
        const top = all.reduce((a, b) => (comparePositions(a, b) >= 0 ? a : b));
        expect([shown?.epoch, shown?.version]).toEqual([top.epoch, top.version]);
        expect(shown?.serving).toBe(Math.max(...all.map((one) => one.serving)));
      },
    ),
  );
});

test('U30: a tick is laid over what is known, an older one or another drop is not', () => {
  const known = state();
  expect(applyQueueTick(known, tick())).toMatchObject({ version: 2, serving: 12, lastNumber: 101 });
  expect(applyQueueTick(known, tick({ version: 0 }))).toBe(known);
  expect(applyQueueTick(known, tick({ dropId: 'x' }))).toBe(known);
  expect(applyQueueTick(state({ serving: 40 }), tick())?.serving).toBe(40);
  expect(applyStockTick(known, stock()).tiers[0]).toMatchObject({ available: 7, held: 2, sold: 1 });
  expect(applyStockTick(known, stock({ epoch: 0 }))).toBe(known);
  expect(applyStockTick(known, stock({ tiers: {} })).tiers).toEqual(known.tiers);
});

test('U31: a tick with another phase needs a snapshot', () => {
  expect(applyQueueTick(state(), tick({ phase: 'paused' }))).toBe(null);
});

test('U32: bare ports and addresses of the server itself become the page’s host', () => {
  const page = { protocol: 'http:', hostname: '192.168.1.20' };
  expect(edgeOrigin('3001', page)).toBe('http://192.168.1.20:3001');
  expect(edgeOrigin(':3001', page)).toBe('http://192.168.1.20:3001');
  expect(edgeOrigin('http://localhost:3001', page)).toBe('http://192.168.1.20:3001');
  expect(edgeOrigin('ws://0.0.0.0:3001', page)).toBe('http://192.168.1.20:3001');
  expect(edgeOrigin('wss://edge-2.example:8443', page)).toBe('https://edge-2.example:8443');
  expect(edgeOrigin('edge-1.example', { protocol: 'https:', hostname: 'x' })).toBe('https://edge-1.example');
  expect(edgeOrigin('ftp://x', page)).toBe(null);
  expect(edgeOrigins(['3001', 'http://localhost:3001', 'not a host'], page)).toEqual([
    'http://192.168.1.20:3001',
  ]);
});
