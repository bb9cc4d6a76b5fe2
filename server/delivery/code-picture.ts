/** A ticket's code as a picture inside mails, and as squares for paper; made where the message is made. */
import { create, toBuffer } from 'qrcode';

/** As the ticket's own picture (rule T5): M, and the quiet zone scanners want. */
const LEVEL = 'M';
const MARGIN_MODULES = 4;
const MAIL_MODULE_PIXELS = 6;

export const codePng = (code: string): Promise<Buffer> =>
  toBuffer(code, {
    type: 'png',
    errorCorrectionLevel: LEVEL,
    margin: MARGIN_MODULES,
    scale: MAIL_MODULE_PIXELS,
  });

/** Runs of dark modules, row by row: vectors stay crisp at any size, on any printer. */
export function codeRuns(code: string): { size: number; runs: { x: number; y: number; width: number }[] } {
  const { size, data } = create(code, { errorCorrectionLevel: LEVEL }).modules;
  const runs: { x: number; y: number; width: number }[] = [];
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (!data[y * size + x]) continue;
      const start = x;
      while (x < size && data[y * size + x]) x++;
      runs.push({ x: start, y, width: x - start });
    }
  return { size, runs };
}
