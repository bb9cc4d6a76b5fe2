/**
 * The typeface of everything on paper: DejaVu, which has every Latin letter there is (Polish, Turkish, Vietnamese …), Greek and
 * Cyrillic; the fonts PDF brings along end at Western Europe. Read and parsed once: doing that per document took 30 of 36 ms.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkit';
import PDFDocument from 'pdfkit';

const MISSING = '\ufffd';
const require = createRequire(import.meta.url);

function load(name: string): Font {
  const found = create(readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`)));
  if (!('hasGlyphForCodePoint' in found)) throw new Error(`${name} is a collection, not a font`);
  return found;
}

const plain = load('DejaVuSansCondensed');
const bold = load('DejaVuSansCondensed-Bold');

/** What can be printed: the same text, with a sign for each character the font lacks (rule M31). */
export function printable(text: string): { text: string; complete: boolean } {
  let complete = true;
  const out = [...text.normalize('NFC')].map((char) => {
    if (bold.hasGlyphForCodePoint(char.codePointAt(0) as number)) return char;
    complete = false;
    return MISSING;
  });
  return { text: out.join(''), complete };
}

export interface Paper {
  doc: PDFKit.PDFDocument;
  /** Whether some character was missing since the last time it was asked. */
  missed(): boolean;
  /** Writes text at a place, in a column, and says where it ended. */
  write(text: string, at: TextAt): number;
  /** Ends the document. */
  bytes(): Promise<Buffer>;
}

export interface TextAt {
  x: number;
  y: number;
  width: number;
  size: number;
  strong?: boolean;
  quiet?: boolean;
  align?: 'left' | 'right' | 'center';
  /** Made smaller until it fits into so much height. */
  maxHeight?: number;
}

const INK = '#111111';
const QUIET_INK = '#555b66';
const SMALLEST = 7;

export function openPaper(about: { title: string; date: string }): Paper {
  const doc = new PDFDocument({
    size: 'A4',
    autoFirstPage: false,
    lang: 'en',
    displayTitle: true,
    // None of its own: it would be read from a file each time.
    font: null as unknown as string,
    info: { Title: about.title, Creator: 'Holdfast', CreationDate: new Date(about.date) },
  });
  const chunks: Buffer[] = [];
  doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  // The parser's own object: pdfkit takes it as it is.
  doc.registerFont('plain', plain as unknown as Buffer);
  doc.registerFont('bold', bold as unknown as Buffer);
  let missed = false;
  return {
    doc,
    missed() {
      const was = missed;
      missed = false;
      return was;
    },
    write(given, { x, y, width, size, strong = false, quiet = false, align = 'left', maxHeight }) {
      const { text, complete } = printable(given);
      if (!complete) missed = true;
      doc.font(strong ? 'bold' : 'plain').fillColor(quiet ? QUIET_INK : INK);
      let fits = size;
      doc.fontSize(fits);
      while (maxHeight !== undefined && fits > SMALLEST && doc.heightOfString(text, { width }) > maxHeight)
        doc.fontSize(--fits);
      const limit = maxHeight === undefined ? {} : { height: maxHeight, ellipsis: true };
      const height = Math.min(doc.heightOfString(text, { width }), maxHeight ?? Number.POSITIVE_INFINITY);
      doc.text(text, x, y, { width, align, ...limit });
      return y + height;
    },
    bytes: () =>
      new Promise((resolve, reject) => {
        doc.on('error', reject);
        doc.on('end', () => resolve(Buffer.concat(chunks)));
        doc.end();
      }),
  };
}
