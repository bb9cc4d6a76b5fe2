import { expect, test } from 'vitest';
import { checkLogIn, checkRegistration } from './check.ts';

const sound = { email: 'ann@example.org', password: 'kelp holds fast', name: 'Ann' };

test('U214: a registration that is fine has no errors, each mistake is named at its own field', () => {
  expect(checkRegistration(sound)).toEqual({});
  const cases: [Partial<typeof sound>, string[]][] = [
    [{ email: '' }, ['email']],
    [{ email: 'ann' }, ['email']],
    [{ email: 'ann@example' }, ['email']],
    [{ password: 'short' }, ['password']],
    [{ password: 'x'.repeat(257) }, ['password']],
    [{ name: '   ' }, ['name']],
    [{ name: 'x'.repeat(121) }, ['name']],
    [{ email: '', password: '', name: '' }, ['email', 'name', 'password']],
  ];
  for (const [change, fields] of cases)
    expect(Object.keys(checkRegistration({ ...sound, ...change })).sort()).toEqual(fields);
});

test('U214: characters count, not the units they are stored in', () => {
  expect(checkRegistration({ ...sound, password: '🌊'.repeat(9) })).toHaveProperty('password');
  expect(checkRegistration({ ...sound, password: '🌊'.repeat(10) })).toEqual({});
});

test('U214: logging in asks only for what is missing, not for how an old password looks', () => {
  expect(checkLogIn({ email: 'ann@example.org', password: 'old' })).toEqual({});
  expect(Object.keys(checkLogIn({ email: 'ann', password: '' })).sort()).toEqual(['email', 'password']);
});
