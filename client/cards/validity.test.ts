import { expect, test } from 'vitest';
import { isOver } from './validity.ts';

test('U485: a card is valid to the end of its month, everywhere', () => {
  const card = { expMonth: 12, expYear: 2026 };
  for (const [at, over] of [
    ['2026-12-31T23:59:59Z', false],
    ['2027-01-01T11:59:59Z', false],
    ['2027-01-01T12:00:00Z', true],
  ] as const)
    expect(isOver(card, Date.parse(at))).toBe(over);
});
