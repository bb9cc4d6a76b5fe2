import { expect, test, vi } from 'vitest';
import { DROP_PHASES, type DropPhase } from '../../server/protocol/views.ts';

vi.mock('../session.ts', () => ({ api: {} }));
const { actionsFor } = await import('./controls.tsx');
const inLine = (phase: DropPhase, asOperator: boolean) => actionsFor({ phase, hasLine: true }, asOperator);
const { readCap } = await import('./dialogs.tsx');

test('U228: a vendor may pause, resume and cap; ending, cancelling and moving are the operator’s', () => {
  for (const phase of DROP_PHASES) {
    const vendors = inLine(phase, false);
    expect(vendors.every((action) => ['pause', 'resume', 'cap'].includes(action))).toBe(true);
    expect(inLine(phase, true)).toEqual(expect.arrayContaining(vendors));
  }
  expect(inLine('live', false)).toEqual(['pause', 'cap']);
  expect(inLine('live', true)).toEqual(['pause', 'cap', 'end', 'cancel']);
});

test('U228: only what makes sense in a phase is offered', () => {
  expect(inLine('paused', true)).not.toContain('pause');
  expect(inLine('live', true)).not.toContain('resume');
  expect(inLine('live', true)).not.toContain('reschedule');
  expect(inLine('lobby', true)).toContain('reschedule');
  expect(inLine('ended', true)).toEqual([]);
  expect(inLine('canceled', true)).toEqual([]);
  expect(actionsFor({ phase: 'live', hasLine: false }, true)).toEqual(['pause', 'end', 'cancel']);
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
