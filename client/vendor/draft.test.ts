import { expect, test } from 'vitest';
import { bodyOf, checkDraft, type EventDraft, emptyDraft, fieldsOf, readPrice, readWhole } from './draft.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const sound: EventDraft = {
  ...emptyDraft('Europe/Berlin'),
  title: ' Tidal Choir ',
  venueName: 'Harbour Hall',
  startsAt: '2026-12-12T20:00',
  opensAt: '2026-12-01T10:00',
  tiers: [
    { key: 1, name: 'Floor', price: '68.40', quantity: '1500' },
    { key: 2, name: 'Balcony', price: '49,2', quantity: '1500' },
  ],
};

test('U230: a form that is filled in becomes the body the API takes, times in the zone of the venue', () => {
  expect(checkDraft(sound, NOW)).toEqual({});
  const body = bodyOf(sound, 'published');
  expect(body).toMatchObject({
    title: 'Tidal Choir',
    status: 'published',
    startsAt: '2026-12-12T19:00:00.000Z',
    venue: { name: 'Harbour Hall', timeZone: 'Europe/Berlin' },
    drop: {
      line: true,
      opensAt: '2026-12-01T09:00:00.000Z',
      turnSeconds: 600,
      holdSeconds: 900,
      limitPerFan: 4,
    },
  });
  expect(body.tiers.map((tier) => tier.priceCents)).toEqual([6840, 4920]);
  expect(body).not.toHaveProperty('artist');
  expect(body.drop).not.toHaveProperty('lobbyOpensAt');
});

test('U230: without a line nothing about turns or a lobby is sent', () => {
  const { drop } = bodyOf({ ...sound, line: false, lobbyOpensAt: '2026-12-01T09:00' }, 'draft');
  expect(Object.keys(drop).sort()).toEqual(['holdSeconds', 'limitPerFan', 'line', 'opensAt']);
});

test('U231: each mistake is named at its own field, by the name the server uses', () => {
  const cases: [Partial<EventDraft>, string[]][] = [
    [{ title: ' ' }, ['title']],
    [{ venueName: '' }, ['venue.name']],
    [{ timeZone: 'Atlantis/Kelp' }, ['drop.opensAt', 'startsAt', 'venue.timeZone']],
    [{ startsAt: '2025-01-01T20:00' }, ['drop.opensAt', 'startsAt']],
    [{ opensAt: '2026-12-24T10:00' }, ['drop.opensAt']],
    [{ lobbyOpensAt: '2026-12-01T11:00' }, ['drop.lobbyOpensAt']],
    [{ endsAt: '2026-12-01T09:00' }, ['drop.endsAt']],
    [{ limitPerFan: '0' }, ['drop.limitPerFan']],
    [{ turnMinutes: 'ten' }, ['drop.turnSeconds']],
    [{ overbook: '0' }, ['drop.overbook']],
    [
      { tiers: [{ key: 1, name: '', price: '-1', quantity: '1.5' }] },
      ['tiers.0.name', 'tiers.0.priceCents', 'tiers.0.quantity'],
    ],
    [{ tiers: [...sound.tiers, { key: 3, name: 'floor', price: '1', quantity: '1' }] }, ['tiers.2.name']],
  ];
  for (const [change, fields] of cases) {
    const errors = checkDraft({ ...sound, ...change }, NOW);
    expect(Object.keys(errors).sort()).toEqual(fields);
    const known = fieldsOf({ ...sound, ...change });
    for (const field of fields) expect(known).toContain(field);
  }
});

test('U232: prices are read in the decimals of their currency, never rounded', () => {
  const cases: [string, number, number | null][] = [
    ['68.40', 2, 6840],
    ['68,4', 2, 6840],
    ['68', 2, 6800],
    ['0', 2, 0],
    ['0.07', 2, 7],
    ['500', 0, 500],
    ['5.5', 0, null],
    ['1.2345', 3, null],
    ['1.234', 3, 1234],
    ['68.405', 2, null],
    ['€68', 2, null],
    ['', 2, null],
  ];
  for (const [typed, decimals, minor] of cases)
    expect([typed, readPrice(typed, decimals)]).toEqual([typed, minor]);
});

test('U232: whole numbers are whole and within their bounds', () => {
  expect(readWhole('12', 1, 20)).toBe(12);
  expect(readWhole('21', 1, 20)).toBeNull();
  expect(readWhole('1e3', 1, 2000)).toBeNull();
  expect(readWhole('1.5', 1, 20)).toBeNull();
});
