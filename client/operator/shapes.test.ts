import { expect, test } from 'vitest';
import { byTrouble, type HealthEntry, type Invariant, troubles } from './shapes.ts';

const invariant = (name: string, violations = 0): Invariant => ({
  name,
  sentence: `${name} holds`,
  violations,
  sample: [],
});
const service = (name: string, state: HealthEntry['state']): HealthEntry => ({ name, state, detail: null });

test('U233: what needs an operator is named, broken invariants before services, down before degraded', () => {
  const health = [service('mail', 'degraded'), service('redis', 'down'), service('postgres', 'up')];
  expect(troubles(health, [invariant('a'), invariant('b', 2)])).toEqual(['b holds', 'redis', 'mail']);
  expect(troubles([service('postgres', 'up')], [invariant('a')])).toEqual([]);
});

test('U233: a broken invariant stands first in the list', () => {
  const sorted = [invariant('a'), invariant('z', 1), invariant('b')].toSorted(byTrouble);
  expect(sorted.map((one) => one.name)).toEqual(['z', 'a', 'b']);
});
