import { expect, test } from 'vitest';
import { byTrouble, type Health, type Invariant, troubles } from './shapes.ts';

const invariant = (name: string, violations = 0): Invariant => ({
  name,
  sentence: `${name} holds.`,
  violations,
  sample: [],
});

const checked = (...invariants: Invariant[]) => ({ checkedAt: '2026-12-01T20:00:00Z', invariants });

const well: Health = {
  checkedAt: '2026-12-01T20:00:00Z',
  stores: {
    ledger: { ok: true, answerMs: 1, detail: '' },
    gate: { ok: true, answerMs: 1, detail: '' },
  },
  workers: [{ id: 'w', seenSecondsAgo: 0.2, alive: true }],
  lags: [
    { name: 'holds', sentence: 'Holds go back.', waiting: 0, oldestSeconds: 0, limitSeconds: 10, ok: true },
  ],
  alerts: [],
};

test('U233: nothing is wrong when everything is well, and nothing is claimed of what was not asked', () => {
  expect(troubles(well, checked(invariant('a')))).toEqual([]);
  expect(troubles(null, null)).toEqual([]);
});

test('U233: whatever is not well is named, broken invariants first', () => {
  const [lag] = well.lags;
  const cases: [Partial<Health>, RegExp][] = [
    [{ stores: { ...well.stores, ledger: { ok: false, answerMs: null, detail: '' } } }, /ledger/i],
    [{ stores: { ...well.stores, gate: { ok: false, answerMs: null, detail: '' } } }, /gate/i],
    [{ workers: [{ id: 'w', seenSecondsAgo: 99, alive: false }] }, /worker/i],
    [{ workers: [] }, /worker/i],
    [{ lags: [{ ...lag!, ok: false }] }, /Holds go back/],
    [
      { alerts: [{ eventId: 'e', eventTitle: 'Tide', type: 'OVERSOLD', affected: 1, priority: 'P1' }] },
      /Tide/,
    ],
  ];
  for (const [change, said] of cases) {
    const found = troubles({ ...well, ...change }, checked(invariant('a', 2)));
    expect(found).toHaveLength(2);
    expect(found[0]).toContain('a holds.');
    expect(found[1]).toMatch(said);
  }
});

test('U233: a broken invariant stands first in the list', () => {
  const sorted = [invariant('a'), invariant('z', 1), invariant('b')].toSorted(byTrouble);
  expect(sorted.map((one) => one.name)).toEqual(['z', 'a', 'b']);
});
