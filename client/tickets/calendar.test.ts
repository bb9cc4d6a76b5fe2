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
