import { expect, test } from 'vitest';
import type { Preferences } from '../../server/protocol/profile.ts';
import { checkAbout, draftOf, listed, preferencesOf } from './preferences.ts';

const WANTED: Preferences = {
  favouriteTypes: ['concert'],
  favouriteCities: ['Zurich', 'Bad Ems'],
  favouriteArtists: [],
  personalised: false,
  channels: { email: true, push: false },
  quietHours: { from: '23:00', until: '06:30' },
  timeZone: 'Europe/Zurich',
  suggestions: true,
};

test('A54: what was kept fills the form, and the form sends what was kept', () => {
  const draft = draftOf('Ann', WANTED, 'UTC');
  expect(preferencesOf(draft)).toEqual(WANTED);
  expect(checkAbout(draft)).toEqual({});
  expect(preferencesOf({ ...draft, quiet: false }).quietHours).toBeNull();
});

test('A54: whoever said nothing is offered this browser’s zone', () => {
  const draft = draftOf('Ann', { ...WANTED, timeZone: null, quietHours: null }, 'America/Lima');
  expect([draft.zone, draft.quiet]).toEqual(['America/Lima', false]);
});

test('A54: lists are read however they are separated, and each mistake is named at its own field', () => {
  expect(listed(' a,, b \n c ,')).toEqual(['a', 'b', 'c']);
  const draft = draftOf('Ann', WANTED, 'UTC');
  const wrong = {
    ...draft,
    name: ' ',
    cities: Array.from({ length: 51 }, (_, n) => `c${n}`).join(','),
    from: '24:00',
    zone: ' ',
  };
  expect(Object.keys(checkAbout(wrong)).sort()).toEqual(['cities', 'from', 'name', 'zone']);
  expect(Object.keys(checkAbout({ ...wrong, name: 'Ann', cities: '', quiet: false }))).toEqual([]);
});
