import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loginPath, matchPath, safeReturn } from './router.ts';

test('U210: a path matches its pattern exactly and gives its parameters', () => {
  expect(matchPath('/d/:dropId', '/d/abc')).toEqual({ dropId: 'abc' });
  expect(matchPath('/d/:dropId', '/d/abc/')).toEqual({ dropId: 'abc' });
  expect(matchPath('/d/:dropId', '/d/abc/draw')).toBeNull();
  expect(matchPath('/d/:dropId/draw', '/d/abc/draw')).toEqual({ dropId: 'abc' });
  expect(matchPath('/', '/')).toEqual({});
  expect(matchPath('/e/:eventId', '/e/%E0%A4%A')).toBeNull();
});

test('U211: after logging in one returns to a path of this site', () => {
  expect(safeReturn('/d/abc?x=1#turn')).toBe('/d/abc?x=1#turn');
  expect(safeReturn('/')).toBe('/');
});

test('U211: another site dressed up as a path is refused', () => {
  const evil = [
    null,
    '',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    '///evil.example',
  ];
  for (const to of evil) expect(safeReturn(to, '/home')).toBe('/home');
});

test('U211: whatever stands in ?to=, a browser resolves the result to this site', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('', '/', '//', '/\\', 'http:'), (rest, start) => {
      const here = 'https://holdfast.example';
      expect(new URL(safeReturn(start + rest), here).origin).toBe(here);
    }),
  );
});

test('U211: the way to the log-in page carries the way back', () => {
  const path = loginPath('/d/abc?x=1&y=2');
  expect(safeReturn(new URLSearchParams(path.split('?')[1]).get('to'))).toBe('/d/abc?x=1&y=2');
});
