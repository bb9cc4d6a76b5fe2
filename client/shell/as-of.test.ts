import { expect, test } from 'vitest';
import { asOfIn } from './as-of.tsx';

test.each([
  [{}, null],
  [{ 'holdfast-as-of': 'soon' }, null],
  [{ 'holdfast-as-of': '2026-11-21T21:03:00.000Z' }, Date.UTC(2026, 10, 21, 21, 3)],
])('what an answer says of its time: %o', (headers, at) => {
  expect(asOfIn(new Headers(headers as Record<string, string>))).toBe(at);
});
