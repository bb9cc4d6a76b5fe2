import { afterEach, expect, test, vi } from 'vitest';
import { copyText } from './copy.ts';

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['onto the clipboard', { clipboard: { writeText: async () => undefined } }, true],
  ['where there is none', {}, false],
  ['where it is refused', { clipboard: { writeText: () => Promise.reject(new Error('no')) } }, false],
])('U642: a link is copied %s', async (_what, navigator, copied) => {
  vi.stubGlobal('navigator', navigator);
  expect(await copyText('https://tickets.example/e/1')).toBe(copied);
});
