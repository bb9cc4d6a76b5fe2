/** What the seats of a described row are called. */
import type { Numbering } from './venue-map.ts';

/** Numbers are looked for up to here; a numbering that has not named its seats by then has run out. */
const NUMBER_MAX = 99_999;

const FITS = {
  all: () => true,
  odd: (n: number) => n % 2 === 1,
  even: (n: number) => n % 2 === 0,
} as const;

/** The first `count` numbers that fit: fewer where they run out. */
function take(numbering: Numbering, scheme: keyof typeof FITS, count: number): number[] {
  const skipped = new Set(numbering.skip);
  const numbers: number[] = [];
  const step = numbering.step ?? 1;
  for (let n = numbering.from; numbers.length < count && n <= NUMBER_MAX; n += step)
    if (FITS[scheme](n) && !skipped.has(n)) numbers.push(n);
  return numbers;
}

/** Labels along the line; null where the numbering runs out before every seat has one. */
export function labelsOf(numbering: Numbering, count: number): string[] | null {
  if (numbering.scheme === 'odd-even') {
    // The odd side gets the seat in the middle of a row that has one.
    const odd = take(numbering, 'odd', Math.ceil(count / 2));
    const even = take(numbering, 'even', Math.floor(count / 2));
    if (odd.length + even.length < count) return null;
    const labels = [...odd.reverse(), ...even].map(String);
    return numbering.direction === 'ltr' ? labels : labels.reverse();
  }
  const labels = take(numbering, numbering.scheme, count).map(String);
  if (labels.length < count) return null;
  return numbering.direction === 'ltr' ? labels : labels.reverse();
}
