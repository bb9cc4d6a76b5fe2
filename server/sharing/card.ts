/** A card for a link: an event's title, date, place and price beside its picture, 1200 by 630 (rule X63). */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create } from 'fontkit';
import type { OverlayOptions, default as Sharp } from 'sharp';
import { escapeHtml } from '../kernel/index.ts';
import { CARD, dayOf, placeOf, plain, priceOf, type SharedEvent } from './preview.ts';
import { groundWith, PICTURE, seaOf } from './scene.ts';

const LEFT = 72;
const WORDS_WIDTH = 640;
const INK = '#f6f1e7';
const QUIET = '#b9cfca';
const KELP = '#7ed6c4';
const TURN = '#f0b35c';

const require = createRequire(import.meta.url);
const fileOf = (name: string): string => require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`);
const FONTS = {
  bold: { file: fileOf('DejaVuSansCondensed-Bold'), name: 'DejaVu Sans Condensed Bold' },
  book: { file: fileOf('DejaVuSansCondensed'), name: 'DejaVu Sans Condensed' },
} as const;
type Face = keyof typeof FONTS;

let bold: { hasGlyphForCodePoint(code: number): boolean } | undefined;
/** What the typeface has; signs it lacks would be boxes. Whoever reads the link has its title in words as well. */
function drawable(text: string): string {
  if (!bold) {
    const found = create(readFileSync(FONTS.bold.file));
    if (!('hasGlyphForCodePoint' in found)) throw new Error('the typeface of cards is a collection');
    bold = found;
  }
  const has = bold;
  return [...plain(text).normalize('NFC')]
    .filter((char) => has.hasGlyphForCodePoint(char.codePointAt(0) as number))
    .join('')
    .trim();
}

interface Line {
  input: Buffer;
  raw: { width: number; height: number; channels: 4 };
}

/** Words in one colour, wrapped; `px` is the size of the typeface. Null: there is nothing to draw. */
async function write(
  sharp: typeof Sharp,
  text: string,
  face: Face,
  px: number,
  colour: string,
): Promise<Line | null> {
  if (text === '') return null;
  const { data, info } = await sharp({
    text: {
      // Pango reads markup: what is not ours must be none.
      text: `<span foreground="${colour}">${escapeHtml(text)}</span>`,
      font: `${FONTS[face].name} ${px}`,
      fontfile: FONTS[face].file,
      width: WORDS_WIDTH,
      dpi: 72,
      rgba: true,
      wrap: 'word-char',
      spacing: Math.round(px * 0.12),
    },
  })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { input: data, raw: { width: info.width, height: info.height, channels: 4 } };
}

const TITLE_HEIGHT = 236;
const TITLE_SIZES = [68, 58, 50, 42, 36];

/** As large as fits; what still does not is cut short. */
async function title(sharp: typeof Sharp, text: string): Promise<Line | null> {
  for (const px of TITLE_SIZES) {
    const line = await write(sharp, text, 'bold', px, INK);
    if (!line || line.raw.height <= TITLE_HEIGHT) return line;
  }
  const chars = [...text];
  for (let length = Math.min(chars.length - 1, 130); length > 0; length = Math.floor(length * 0.85)) {
    const cut = `${chars.slice(0, length).join('').trimEnd()}…`;
    const line = await write(sharp, cut, 'bold', TITLE_SIZES.at(-1) as number, INK);
    if (!line || line.raw.height <= TITLE_HEIGHT) return line;
  }
  return null;
}

const cut = (text: string, most: number): string => {
  const chars = [...text];
  return chars.length > most
    ? `${chars
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`
    : text;
};

/** Words under each other from `top` on. */
function stack(lines: readonly (Line | null)[], top: number, gap: number): OverlayOptions[] {
  const placed: OverlayOptions[] = [];
  let y = top;
  for (const line of lines) {
    if (!line) continue;
    placed.push({ input: line.input, raw: line.raw, left: LEFT, top: y });
    y += line.raw.height + gap;
  }
  return placed;
}

/** `cover`: the event's own picture, WebP; null: it has none. @throws when libvips cannot read it */
export async function drawCard(event: SharedEvent, cover: Buffer | null): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const picture = cover
    ? await sharp(cover)
        .resize(PICTURE.width, PICTURE.height, { fit: 'cover' })
        .removeAlpha()
        .toColourspace('srgb')
        .raw()
        .toBuffer()
    : seaOf(event.id);
  const price = priceOf(event);
  const head = await title(sharp, drawable(event.title));
  const facts = [
    await write(sharp, dayOf(event.start_at, event.time_zone), 'book', 31, INK),
    await write(sharp, cut(drawable(placeOf(event)), 70), 'book', 27, QUIET),
    price ? await write(sharp, price, 'bold', 33, event.status === 'canceled' ? TURN : KELP) : null,
  ];
  const words = [
    ...stack([await write(sharp, 'Holdfast', 'bold', 30, KELP)], 66, 0),
    ...stack([head], 146, 0),
    ...stack(facts, 146 + (head ? head.raw.height : 0) + 42, 22),
  ];
  return sharp(groundWith(picture), { raw: { width: CARD.width, height: CARD.height, channels: 3 } })
    .composite(words)
    .png({ palette: true, colours: 256, dither: 0.6, effort: 4, compressionLevel: 9 })
    .toBuffer();
}
