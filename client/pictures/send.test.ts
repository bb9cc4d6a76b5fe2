import { expect, test } from 'vitest';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { problemWith } from './send.ts';

test.each([
  ['a JPEG', 'image/jpeg', 2_000_000, null],
  ['an AVIF', 'image/avif', 15_728_640, null],
  ['one whose kind the browser does not know', '', 10, null],
  ['one that is too large', 'image/jpeg', 15_728_641, texts.tooLarge],
  ['a film', 'video/mp4', 10, texts.noPicture],
  ['an SVG', 'image/svg+xml', 10, texts.noPicture],
  ['a HEIC', 'image/heic', 10, texts.noPicture],
])('I22: %s', (_what, type, size, expected) => {
  expect(problemWith({ type, size })).toBe(expected);
});
