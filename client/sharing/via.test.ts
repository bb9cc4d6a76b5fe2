import { expect, test } from 'vitest';
import { KEY, noteVia } from './note.ts';
import { standing } from './via.ts';

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;

function device() {
  let kept: string | null = null;
  return {
    note: (search: string, now = NOW) =>
      noteVia(search, now, {
        getItem: (key) => (key === KEY ? kept : null),
        setItem: (_key, value) => {
          kept = value;
        },
      }),
    codes: (now = NOW) => standing(kept, now),
    size: () => kept?.length ?? 0,
  };
}

test('U640: the last clicks are kept, each code once, the last one first, at most five', () => {
  const here = device();
  here.note('?via=anna', NOW - 9);
  here.note('?x=1&via=ben&y', NOW - 8);
  here.note('?via=ANNA', NOW - 7);
  expect(here.codes()).toEqual(['ANNA', 'ben']);
  for (const code of ['c-1', 'c-2', 'c-3', 'c-4']) here.note(`?via=${code}`, NOW - 6);
  expect(here.codes()).toEqual(['c-4', 'c-3', 'c-2', 'c-1', 'ANNA']);
  for (let n = 0; n < 100; n++) here.note(`?via=${'x'.repeat(29)}${n}`);
  expect(here.codes()).toHaveLength(5);
  expect(here.size()).toBeLessThan(450);
});

test.each([
  '',
  '?via=',
  '?via=a',
  '?via=a%20b',
  '?via=%00%00%00',
  '?via=<script>',
  '?via=_ab',
  `?via=${'x'.repeat(33)}`,
])('U640: "%s" is nobody’s link', (search) => {
  const here = device();
  here.note('?via=anna');
  here.note(search);
  expect(here.codes()).toEqual(['anna']);
});

test('U640: after 30 days nobody sent this fan; what makes no sense is left out', () => {
  expect(standing(`${NOW - 30 * DAY + 1} anna`, NOW)).toEqual(['anna']);
  expect(standing(`${NOW - 30 * DAY} anna`, NOW)).toEqual([]);
  // A clock that was set back.
  expect(standing(`${NOW + 1} anna`, NOW)).toEqual([]);
  for (const kept of [null, '', 'x', '{}', 'NaN anna', `${NOW} a,b`, `${NOW}`, `\n\n ${NOW}`, `${NOW}\tanna`])
    expect(standing(kept, NOW)).toEqual([]);
});
