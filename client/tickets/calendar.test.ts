import { expect, test, vi } from 'vitest';

vi.mock('../session.ts', () => ({ api: {} }));
const { calendarFileName } = await import('./calendar.ts');

test('U223: a calendar entry is saved under a name every file system takes', () => {
  const cases: [string, string][] = [
    ['Tidal Choir', 'Tidal-Choir.ics'],
    ['../../etc/passwd', 'etc-passwd.ics'],
    ['Café: Été / 夏', 'Café-Été-夏.ics'],
    ['???', 'event.ics'],
    ['x'.repeat(200), `${'x'.repeat(60)}.ics`],
  ];
  for (const [title, name] of cases) expect(calendarFileName(title)).toBe(name);
});

test("U223: entries of two seats do not take each other's names, and a seat's name is as plain", () => {
  const seat = { section: 'Rang, links/oben', row: 'C', label: '12' };
  expect(calendarFileName('Tidal Choir', seat)).toBe('Tidal-Choir-Rang-links-oben-C-12.ics');
  expect(calendarFileName('Tidal Choir', { ...seat, label: '13' })).toBe(
    'Tidal-Choir-Rang-links-oben-C-13.ics',
  );
  expect(calendarFileName('Tidal Choir', { ...seat, section: 'x'.repeat(99) })).toMatch(/x{30}-C-12\.ics$/);
  expect(calendarFileName('???', null)).toBe('event.ics');
});
