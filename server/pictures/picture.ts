/** What a picture is here: its sizes, the names of its files, and what a file must not be besides a picture. */
import type { Uuid } from '../kernel/index.ts';

export const SIZES = ['large', 'small'] as const;
export type Size = (typeof SIZES)[number];

/** Long sides, pixels: a phone's width at its density, and a place in a strip. */
export const LONG_SIDE: Record<Size, number> = { large: 1_600, small: 480 };

/** `5e/018f….small.webp`: the id's last two digits are chance, so that no folder grows much larger than the others. */
export const keyOf = (id: Uuid, size: Size): string => `${id.slice(-2)}/${id}.${size}.webp`;

const KEY = /^[0-9a-f]{2}\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?:large|small)\.webp$/;

/** Whose file this is; null: none of ours. */
export function idOfKey(key: string): Uuid | null {
  const id = KEY.exec(key)?.[1];
  return id !== undefined && key.startsWith(`${id.slice(-2)}/`) ? id : null;
}

/** What a browser, a script or a reader of documents would take such a file for. Long enough not to come about by chance. */
const ACTIVE = /<script|<html[\s>]|<!doctype|<\?php|<svg\s+[a-z]|<iframe|%PDF-\d/i;

/** A zip is found by its end, which may stand this far from the file's own: the longest comment. */
const ZIP_TAIL_BYTES = 65_557;
const ZIP_END = Buffer.from('PK\u0005\u0006', 'latin1');

/** Whether the file is something else as well (rule I7). */
export function isForeign(bytes: Buffer): boolean {
  return (
    bytes.subarray(-ZIP_TAIL_BYTES).includes(ZIP_END) ||
    // One byte, one character: what stands in a picture's text chunks is looked at as it stands.
    ACTIVE.test(bytes.toString('latin1'))
  );
}

/** Why a file is not taken. */
export type Reason = 'empty' | 'type' | 'damaged' | 'foreign' | 'pixels' | 'several' | 'slow';

export const SAYS: Record<Reason, string> = {
  empty: 'This file is empty.',
  type: 'This is no picture we can read. Use a JPEG, PNG, WebP or AVIF.',
  damaged: 'This picture is damaged or was not sent whole. Choose it again.',
  foreign: 'This file holds more than a picture. Save it as a plain picture first.',
  pixels: 'This picture has too many pixels. Make it smaller first: 60 megapixels are the most.',
  several: 'This file holds several pictures, or a moving one. Use a single still picture.',
  slow: 'This picture takes too long to read. Save it in another way, or make it smaller.',
};
