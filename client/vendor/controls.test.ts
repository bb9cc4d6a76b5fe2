import { expect, test, vi } from 'vitest';
import { DROP_PHASES } from '../../server/protocol/views.ts';

vi.mock('../session.ts', () => ({ api: {} }));
const { actionsFor } = await import('./controls.tsx');
const { readCap } = await import('./dialogs.tsx');

test('U228: a vendor may pause, resume and cap; ending, cancelling and moving are the operator’s', () => {
  for (const phase of DROP_PHASES) {
    const vendors = actionsFor(phase, false);
    expect(vendors.every((action) => ['pause', 'resume', 'cap'].includes(action))).toBe(true);
    expect(actionsFor(phase, true)).toEqual(expect.arrayContaining(vendors));
  }
  expect(actionsFor('live', false)).toEqual(['pause', 'cap']);
  expect(actionsFor('live', true)).toEqual(['pause', 'cap', 'end', 'cancel']);
});

test('U228: only what makes sense in a phase is offered', () => {
  expect(actionsFor('paused', true)).not.toContain('pause');
  expect(actionsFor('live', true)).not.toContain('resume');
  expect(actionsFor('live', true)).not.toContain('reschedule');
  expect(actionsFor('lobby', true)).toContain('reschedule');
  expect(actionsFor('ended', true)).toEqual([]);
  expect(actionsFor('canceled', true)).toEqual([]);
});

test('U229: a cap is a whole number from 1 to a million, however it is grouped', () => {
  const cases: [string, number | null][] = [
    ['400', 400],
    ['1,200', 1200],
    ['1 000 000', 1_000_000],
    ['0', null],
    ['-5', null],
    ['1000001', null],
    ['many', null],
    ['', null],
  ];
  for (const [typed, cap] of cases) expect([typed, readCap(typed)]).toEqual([typed, cap]);
});
