/** Takes a QR code's paths out of an SVG text, and nothing else: what a picture could carry besides stays outside. */
export interface Drawing {
  viewBox: string;
  paths: { d: string; fill: string | null; stroke: string | null }[];
}

const PATH = /^[\d\sMmLlHhVvZz.,-]+$/;
const COLOUR = /^#[0-9a-f]{3,8}$/i;
const BOX = /^[\d\s.]+$/;

const attribute = (tag: string, name: string): string | null =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? null;

/** @returns null when it is not the kind of drawing a QR code is. */
export function readDrawing(svg: string): Drawing | null {
  const root = /<svg\b[^>]*>/.exec(svg)?.[0];
  const viewBox = root ? attribute(root, 'viewBox') : null;
  if (!viewBox || !BOX.test(viewBox)) return null;
  const paths = [...svg.matchAll(/<path\b[^>]*>/g)].map(([tag]) => ({
    d: attribute(tag, 'd') ?? '',
    fill: attribute(tag, 'fill'),
    stroke: attribute(tag, 'stroke'),
  }));
  const sound = paths.every(
    ({ d, fill, stroke }) => PATH.test(d) && [fill, stroke].every((ink) => ink === null || COLOUR.test(ink)),
  );
  return sound && paths.length > 0 ? { viewBox, paths } : null;
}
