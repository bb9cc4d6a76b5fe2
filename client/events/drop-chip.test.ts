import { expect, test } from 'vitest';
import { DROP_PHASES, type DropPhase, type EventView } from '../../server/protocol/views.ts';
import { type ChipKind, chipOf, lowestPrice, nextChangeMs } from './drop-chip.tsx';

const opensAt = '2026-12-01T20:00:00Z';
const opensMs = Date.parse(opensAt);
const event = (phase: DropPhase) => ({
  venue: { timeZone: 'UTC' },
  drop: {
    id: 'd',
    phase,
    hasLine: true,
    lobbyOpensAt: '2026-12-01T19:00:00Z',
    opensAt,
    endsAt: null,
    limitPerFan: 4,
  },
});

test('U212: each phase of a drop says something of its own', () => {
  const kinds: Record<DropPhase, ChipKind> = {
    scheduled: 'quiet',
    lobby: 'soon',
    drawing: 'soon',
    live: 'live',
    paused: 'warn',
    sold_out: 'quiet',
    ended: 'quiet',
    canceled: 'quiet',
  };
  for (const phase of DROP_PHASES) {
    const chip = chipOf(event(phase), opensMs - 42_000);
    expect([phase, chip.kind]).toEqual([phase, kinds[phase]]);
    expect(chip.text.length).toBeGreaterThan(3);
  }
});

test('U212: before the opening it counts down on the time handed in, from a day before', () => {
  expect(chipOf(event('lobby'), opensMs - 42_000).text).toBe('doors open in 0:42');
  expect(chipOf(event('lobby'), opensMs - 40 * 3_600_000).text).toMatch(/^doors open .*Dec/);
});

test('U212: a drop that has not opened is asked about again when its next phase is due', () => {
  expect(nextChangeMs(event('lobby').drop)).toBe(opensMs);
  expect(nextChangeMs(event('scheduled').drop)).toBe(Date.parse('2026-12-01T19:00:00Z'));
  expect(nextChangeMs(event('live').drop)).toBeNull();
});

test('U213: the from-price is the lowest tier price', () => {
  const tier = (priceCents: number): EventView['tiers'][number] => ({
    id: String(priceCents),
    name: 'T',
    priceCents,
    currency: 'EUR',
    quantity: 1,
    available: 1,
    held: 0,
    sold: 0,
  });
  expect(lowestPrice([tier(6840), tier(3100), tier(4920)])).toEqual({ cents: 3100, currency: 'EUR' });
  expect(lowestPrice([])).toBeNull();
});
