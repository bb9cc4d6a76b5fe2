/** The colours of seats as `seats.css` and the page's tokens have them, as eyes with and without all receptors see them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TIER_COLOURS, tierMark } from './marks.ts';

type Rgb = [number, number, number];
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const css = ['./seats.css', '../ui/tokens.css']
  .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
  .join('\n')
  // Without forced colours and without more contrast asked for.
  .replace(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/g, '');

/** The first definition of a variable, as the page has it without forced colours; variables in it are followed. */
function tokenOf(name: string, theme: Theme): Rgb {
  const value = new RegExp(`${name}:\\s*([^;]+);`).exec(css)?.[1];
  if (!value) throw new Error(`no ${name}`);
  const named = /^var\((--[\w-]+)\)$/.exec(value)?.[1];
  if (named) return tokenOf(named, theme);
  const both = [...value.matchAll(/oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)/g)];
  const [, l, c, h] = (theme === 'light' ? both[0] : both[1]) ?? [];
  return fromOklch(Number(l) / 100, Number(c), Number(h));
}

/** Linear sRGB, cut off at what a screen can show. https://bottosson.github.io/posts/oklab/ */
function fromOklch(l: number, c: number, hue: number): Rgb {
  const [a, b] = [c * Math.cos((hue * Math.PI) / 180), c * Math.sin((hue * Math.PI) / 180)];
  const [x, y, z] = [
    (l + 0.3963377774 * a + 0.2158037573 * b) ** 3,
    (l - 0.1055613458 * a - 0.0638541728 * b) ** 3,
    (l - 0.0894841775 * a - 1.291485548 * b) ** 3,
  ];
  const cut = (n: number): number => Math.min(1, Math.max(0, n));
  return [
    cut(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z),
    cut(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z),
    cut(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z),
  ];
}

function oklabOf([r, g, b]: Rgb): Rgb {
  const [l, m, s] = [
    Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b),
    Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b),
    Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b),
  ];
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Machado, Oliveira and Fernandes 2009, severity 1.0, on linear sRGB. */
const EYES: Record<string, readonly Rgb[]> = {
  'all receptors': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no red receptors': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  'no green receptors': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

const seenBy = (eyes: readonly Rgb[], colour: Rgb): Rgb =>
  eyes.map((row) =>
    Math.min(1, Math.max(0, row[0] * colour[0] + row[1] * colour[1] + row[2] * colour[2])),
  ) as Rgb;

const luminance = ([r, g, b]: Rgb): number => 0.2126 * r + 0.7152 * g + 0.0722 * b;
function contrast(a: Rgb, b: Rgb): number {
  const [one, two] = [luminance(a) + 0.05, luminance(b) + 0.05];
  return Math.max(one, two) / Math.min(one, two);
}
const difference = (a: Rgb, b: Rgb): number => Math.hypot(...oklabOf(a).map((n, at) => n - oklabOf(b)[at]!));

const TIERS = Array.from({ length: TIER_COLOURS }, (_, tier) => `--seat-tier-${tier}`);
/** Two colours that differ by less than this (OKLab) are easily taken for one another on a disc of a few pixels. */
const APART = 0.085;

for (const theme of THEMES)
  for (const [who, eyes] of Object.entries(EYES)) {
    const see = (name: string): Rgb => seenBy(eyes, tokenOf(name, theme));

    test(`U314: with ${who}, in ${theme}, every tier stands out from the ground and bears its mark`, () => {
      for (const name of [...TIERS, '--seat-edge', '--seat-picked', '--seat-mine']) {
        // The signal colour rests on its ring in ink, drawn around it.
        const least = name === '--seat-mine' && theme === 'light' ? 1.5 : 3;
        for (const ground of ['--seat-ground', '--seat-surface'])
          expect(contrast(see(name), see(ground)), `${name} on ${ground}`).toBeGreaterThanOrEqual(least);
      }
      for (const name of TIERS)
        expect(contrast(see(name), see('--seat-tier-ink')), `ink on ${name}`).toBeGreaterThanOrEqual(3);
      expect(contrast(see('--seat-picked'), see('--seat-picked-ink'))).toBeGreaterThanOrEqual(4.5);
      expect(contrast(see('--seat-mine'), see('--seat-mine-ink'))).toBeGreaterThanOrEqual(4.5);
    });

    test(`U314: with ${who}, in ${theme}, no two tiers look alike, nor a tier like what is picked or mine`, () => {
      const names = [...TIERS, '--seat-mine'];
      const close: string[] = [];
      for (const [at, one] of names.entries())
        for (const other of names.slice(at + 1)) {
          const apart = difference(see(one), see(other));
          if (apart < APART) close.push(`${one} ${other} ${apart.toFixed(3)}`);
        }
      expect(close).toEqual([]);
    });
  }

test('U314: a check of colours that could not fail would say nothing: red and green of one lightness are alike', () => {
  const [red, green] = [fromOklch(0.6, 0.15, 30), fromOklch(0.6, 0.15, 135)];
  expect(difference(red, green)).toBeGreaterThan(APART * 2);
  const blind = EYES['no green receptors']!;
  expect(difference(seenBy(blind, red), seenBy(blind, green))).toBeLessThan(APART);
});

test('U313: tiers that share a colour have different marks', () => {
  for (let tier = 0; tier < TIER_COLOURS; tier += 1)
    expect(tierMark(tier)).not.toBe(tierMark(tier + TIER_COLOURS));
  const marks = Array.from({ length: TIER_COLOURS }, (_, tier) => tierMark(tier));
  expect(new Set(marks).size).toBe(TIER_COLOURS);
});
