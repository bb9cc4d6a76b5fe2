/** A code as a picture: PNG for mail and print, SVG for screens (rule T5). */
import { toBuffer, toString as toText } from 'qrcode';

/** Quartile of lost modules a scanner may miss: M (15 %) keeps it small enough for a phone held at arm's length. */
const LEVEL = 'M';
const MARGIN_MODULES = 4;
const PNG_MODULE_PIXELS = 8;

export type PictureFormat = 'png' | 'svg';

export function qrPng(code: string): Promise<Buffer> {
  return toBuffer(code, {
    type: 'png',
    errorCorrectionLevel: LEVEL,
    margin: MARGIN_MODULES,
    scale: PNG_MODULE_PIXELS,
  });
}

export function qrSvg(code: string): Promise<string> {
  return toText(code, { type: 'svg', errorCorrectionLevel: LEVEL, margin: MARGIN_MODULES });
}
