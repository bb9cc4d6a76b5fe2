/** Files that people send: right ones, and such as nobody should. They are made by a process of their own kind of sharp, unbound. */
import { spawnSync } from 'node:child_process';
import { crc32, deflateSync } from 'node:zlib';

export type Format = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff';

interface Made {
  width?: number;
  height?: number;
  /** With EXIF: a place, a camera, and an orientation that puts it on its side. */
  exif?: boolean;
  /** Frames. */
  frames?: number;
}

/** Another process: in this one sharp may read four formats only, and a test must make others too. */
const MAKER = `
  const sharp = (await import('sharp')).default;
  const { format, width, height, exif, frames } = JSON.parse(process.argv[1]);
  const rows = Buffer.alloc(width * height * frames * 3);
  for (let i = 0; i < rows.length; i++) rows[i] = (i * 7919 + (i >> 9) * 31) % 251;
  let image = sharp(rows, { raw: { width, height: height * frames, channels: 3, ...(frames > 1 ? { pageHeight: height } : {}) } });
  if (exif) image = image.withMetadata({ orientation: 6, exif: { IFD0: { Make: 'Secret camera', Copyright: 'Ann Rivers' },
    IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '53/1 4/1 30/1', GPSLongitudeRef: 'E', GPSLongitude: '8/1 48/1 0/1' } } });
  process.stdout.write(await image[format](format === 'jpeg' ? { quality: 92 } : {}).toBuffer());
`;

export function picture(
  format: Format,
  { width = 320, height = 200, exif = false, frames = 1 }: Made = {},
): Buffer {
  const asked = JSON.stringify({ format, width, height, exif, frames });
  const made = spawnSync(process.execPath, ['--input-type=module', '-e', MAKER, asked], {
    maxBuffer: 200_000_000,
  });
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return made.stdout;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc32(body), body.length + 4);
  return out;
}

/** A PNG of that many pixels in few bytes: all of them black. */
export function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([1, 0, 0, 0, 0], 8);
  // One bit a pixel: rows of nothing pack a thousandfold. More is not needed: nobody should read on.
  const rows = deflateSync(Buffer.alloc(Math.min(height, 2_000) * (1 + Math.ceil(width / 8))));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** An empty archive: its end is all there is of it. */
export const ZIP = Buffer.concat([Buffer.from('PK\u0005\u0006', 'latin1'), Buffer.alloc(18)]);

/** Words inside of a JPEG, where its comments stand. */
export function withComment(jpeg: Buffer, words: string): Buffer {
  const text = Buffer.from(words);
  const head = Buffer.from([0xff, 0xfe, 0, 0]);
  head.writeUInt16BE(text.length + 2, 2);
  return Buffer.concat([jpeg.subarray(0, 2), head, text, jpeg.subarray(2)]);
}
