/**
 * A file's bytes to two fresh pictures (rules I5 to I8). libvips is let loose only on the four formats that are taken, and
 * loaded when the first picture arrives: most processes never see one.
 */
import type { Metadata, default as Sharp } from 'sharp';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { isForeign, LONG_SIDE, type Reason, SAYS } from './picture.ts';

export interface Decoded {
  large: Buffer;
  small: Buffer;
  /** Of the large one, pixels. */
  width: number;
  height: number;
}

type Read = typeof Sharp;

const LOADERS = ['Jpeg', 'Png', 'Webp', 'Heif'].map((name) => `VipsForeignLoad${name}Buffer`);
let loading: Promise<Read> | undefined;

function load(): Promise<Read> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({ operation: LOADERS });
    // One picture at a time in one thread: a sale's other work goes on beside it.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loading;
}

const refused = (reason: Reason) => refuse('PICTURE_REFUSED', { reason }, SAYS[reason]);

/** AVIF is what a browser shows; other pictures in that container need decoders that are not here. */
const isTaken = ({ format, compression }: Metadata): boolean =>
  format === 'jpeg' || format === 'png' || format === 'webp' || (format === 'heif' && compression === 'av1');

/** What may be said from the header alone. */
async function judge(sharp: Read, bytes: Buffer): Promise<Reason | null> {
  if (bytes.length === 0) return 'empty';
  let found: Metadata;
  try {
    found = await sharp(bytes, { failOn: 'error', limitInputPixels: false }).metadata();
  } catch (err) {
    return /unsupported image format/i.test((err as Error).message) ? 'type' : 'damaged';
  }
  if (!isTaken(found)) return 'type';
  if ((found.pages ?? 1) > 1) return 'several';
  if (found.width * found.height > LIMITS.picturePixelsMax) return 'pixels';
  return isForeign(bytes) ? 'foreign' : null;
}

/** Refuses PICTURE_REFUSED, with its reason. */
export async function decode(bytes: Buffer): Promise<Result<Decoded>> {
  const sharp = await load();
  const reason = await judge(sharp, bytes);
  if (reason) return refused(reason);
  const inside = (side: number) =>
    ({ width: side, height: side, fit: 'inside', withoutEnlargement: true }) as const;
  const seconds = LIMITS.pictureDecodeSeconds;
  try {
    // Nothing of the original is asked to be kept, so nothing is: profile, place and words all stay behind.
    const large = await sharp(bytes, { failOn: 'error', limitInputPixels: LIMITS.picturePixelsMax })
      .timeout({ seconds })
      .autoOrient()
      .resize(inside(LONG_SIDE.large))
      .toColourspace('srgb')
      .webp({ quality: 80 })
      .toBuffer({ resolveWithObject: true });
    const small = await sharp(large.data)
      .timeout({ seconds })
      .resize(inside(LONG_SIDE.small))
      .webp({ quality: 75 })
      .toBuffer();
    return ok({ large: large.data, small, width: large.info.width, height: large.info.height });
  } catch (err) {
    return refused(/timeout/i.test((err as Error).message) ? 'slow' : 'damaged');
  }
}
