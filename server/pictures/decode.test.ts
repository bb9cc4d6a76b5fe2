import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { decode } from './decode.ts';
import { idOfKey, keyOf } from './picture.ts';
import { bomb, type Format, picture, withComment, ZIP } from './testing-files.ts';

const right: Partial<Record<Format, Buffer>> = {};
beforeAll(() => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)
    right[format] = picture(format);
});
const of = (format: Format) => right[format] as Buffer;
const html = Buffer.from('<html><script>alert(1)</script></html>');

async function reasonOf(bytes: Buffer): Promise<unknown> {
  const decoded = await decode(bytes);
  return decoded.ok ? 'taken' : (decoded.error.details?.reason ?? decoded.error.code);
}

test.each(['jpeg', 'png', 'webp', 'avif'] as const)('I5: %s is taken', async (format) => {
  const decoded = await decode(of(format));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  expect([decoded.value.width, decoded.value.height]).toEqual([320, 200]);
  expect(await sharp(decoded.value.small).metadata()).toMatchObject({
    format: 'webp',
    width: 320,
    height: 200,
  });
});

describe('refused, each with its reason', () => {
  const cases: [string, () => Buffer, string][] = [
    ['nothing', () => Buffer.alloc(0), 'empty'],
    ['a GIF', () => of('gif'), 'type'],
    ['a GIF with a script in it', () => Buffer.concat([of('gif'), html]), 'type'],
    ['a TIFF', () => of('tiff'), 'type'],
    ['an SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'type'],
    ['a page', () => html, 'type'],
    ['an archive', () => ZIP, 'type'],
    ['words', () => Buffer.from('not a picture at all'), 'type'],
    ['a JPEG’s first bytes', () => of('jpeg').subarray(0, 3), 'damaged'],
    ['half a JPEG', () => of('jpeg').subarray(0, of('jpeg').length / 2), 'damaged'],
    ['half a PNG', () => of('png').subarray(0, of('png').length / 2), 'damaged'],
    ['half a WebP', () => of('webp').subarray(0, of('webp').length / 2), 'damaged'],
    ['half an AVIF', () => of('avif').subarray(0, of('avif').length / 2), 'damaged'],
    ['a WebP that moves', () => picture('webp', { width: 20, height: 20, frames: 3 }), 'several'],
  ];
  test.each(cases)('I5: %s', async (_what, make, reason) => {
    expect(await reasonOf(make())).toBe(reason);
  });

  test.each([
    ['30,000 by 30,000', 30_000, 30_000],
    ['one line of a hundred million', 100_000_000, 1],
    ['a little too many', 7_747, 7_747],
  ])('I6: a PNG of %s is refused by its header', async (_what, width, height) => {
    expect(await reasonOf(bomb(width, height))).toBe('pixels');
  });

  const doubles: [string, () => Buffer][] = [
    ['an archive behind it', () => Buffer.concat([of('jpeg'), ZIP])],
    [
      'an archive with a long comment behind it',
      () => Buffer.concat([of('jpeg'), ZIP, Buffer.alloc(65_000)]),
    ],
    ['a page behind it', () => Buffer.concat([of('jpeg'), html])],
    ['a page in its comment', () => withComment(of('jpeg'), '<!DOCTYPE html><body onload=alert(1)>')],
    ['PHP in its comment', () => withComment(of('jpeg'), '<?php system($_GET["c"]); ?>')],
    ['an SVG behind it', () => Buffer.concat([of('jpeg'), Buffer.from('<svg onload="alert(1)">')])],
    ['a PDF behind it', () => Buffer.concat([of('jpeg'), Buffer.from('%PDF-1.7\n')])],
  ];
  test.each(doubles)('I7: a JPEG with %s', async (_what, make) => {
    expect(await reasonOf(make())).toBe('foreign');
  });
  test('I7: PNG, WebP and AVIF with a page behind them', async () => {
    for (const format of ['png', 'webp', 'avif'] as const)
      expect(await reasonOf(Buffer.concat([of(format), html])), format).toBe('foreign');
  });
});

test('I7: what phones append is thrown away, and nothing of it is kept', async () => {
  const secret = Buffer.from('SEFH the second picture of a phone, or its film');
  const decoded = await decode(Buffer.concat([of('jpeg'), secret]));
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  for (const kept of [decoded.value.large, decoded.value.small]) expect(kept.includes(secret)).toBe(false);
});

test('I8: what is kept is upright, at most 1600 and 480 pixels, and says nothing of place or camera', async () => {
  const given = picture('jpeg', { width: 2_400, height: 1_200, exif: true });
  const before = await sharp(given).metadata();
  expect(before.orientation).toBe(6);
  expect(before.exif?.includes('Secret camera')).toBe(true);
  const decoded = await decode(given);
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.error));
  const { large, small, width, height } = decoded.value;
  expect([width, height]).toEqual([800, 1_600]);
  expect(await sharp(small).metadata()).toMatchObject({ width: 240, height: 480 });
  for (const kept of [large, small]) {
    const found = await sharp(kept).metadata();
    expect(found).toMatchObject({ format: 'webp', space: 'srgb' });
    expect([found.exif, found.xmp, found.icc, found.iptc, found.orientation]).toEqual(
      Array(5).fill(undefined),
    );
    for (const word of ['Secret camera', 'Ann Rivers', 'EXIF', 'XMP ', 'ICCP'])
      expect(kept.includes(word), word).toBe(false);
  }
});

test('I5: whatever bytes arrive, whole or broken, decoding answers', async () => {
  const seeds = [of('jpeg'), of('png'), of('webp')];
  await fc.assert(
    fc.asyncProperty(
      fc.nat(2),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (which, changes, share) => {
        const seed = seeds[which] as Buffer;
        const bytes = Buffer.from(seed.subarray(0, Math.ceil(seed.length * share)));
        for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
        const decoded = await decode(bytes);
        if (!decoded.ok) expect(decoded.error.code).toBe('PICTURE_REFUSED');
      },
    ),
    { numRuns: 150 },
  );
});

test('I12: a file’s name comes from the id alone, and leads back to it', () => {
  const id = '018f4c5e-7a2b-7c3d-8e4f-5a6b7c8d9e0f';
  expect(keyOf(id, 'large')).toBe(`0f/${id}.large.webp`);
  expect(idOfKey(keyOf(id, 'small'))).toBe(id);
  for (const key of [
    `0e/${id}.large.webp`,
    `0f/${id}.webp`,
    `0f/${id}.large.webp.12.part`,
    `../${id}.large.webp`,
  ])
    expect(idOfKey(key), key).toBeNull();
});
