import { expect, test } from 'vitest';
import { ANYTHING, addressOf, questionOf, spanOf, wishOf } from './wish.ts';

const at = (text: string) => new Date(text);

test('U500: a wish survives the address bar, and nonsense in it is left out', () => {
  const wish = {
    search: 'kelp & co',
    sort: 'price_asc',
    type: 'concert',
    city: 'Zürich',
    when: '2026-12',
    max: '2500',
  } as const;
  expect(wishOf(new URLSearchParams(addressOf(wish)))).toEqual(wish);
  expect(addressOf(ANYTHING)).toBe('');
  const nonsense = 'sort=cheapest&when=2026-13&max=-5&type=&city=%20&colour=red';
  expect(wishOf(new URLSearchParams(nonsense))).toEqual(ANYTHING);
  expect(wishOf(new URLSearchParams(`search=${'x'.repeat(500)}`)).search).toHaveLength(100);
});

test('U500: best is what the server does by itself', () => {
  const now = at('2026-11-21T12:00:00');
  expect(questionOf({ ...ANYTHING, search: 'kelp' }, now)).toBe('?search=kelp');
  expect(questionOf({ ...ANYTHING, sort: 'popularity' }, now, 'abc')).toBe('?sort=popularity&cursor=abc');
});

test.each([
  // A Wednesday, a Friday before and after five, a Saturday, a Sunday
  ['2026-11-18T12:00:00', '2026-11-20T17:00:00'],
  ['2026-11-20T09:00:00', '2026-11-20T17:00:00'],
  ['2026-11-20T20:00:00', '2026-11-20T20:00:00'],
  ['2026-11-21T12:00:00', '2026-11-21T12:00:00'],
  ['2026-11-22T12:00:00', '2026-11-22T12:00:00'],
])('U501: the weekend seen from %s begins %s and ends with Sunday', (now, from) => {
  expect(spanOf('weekend', at(now))).toEqual({ from: at(from), to: at('2026-11-23T00:00:00') });
});

test('U501: a month is counted as the facets count it, in UTC', () => {
  expect(spanOf('2026-12', at('2026-11-21T12:00:00'))).toEqual({
    from: at('2026-12-01T00:00:00Z'),
    to: at('2026-12-31T23:59:59.999Z'),
  });
  expect(spanOf('someday', at('2026-11-21T12:00:00'))).toBeNull();
});
