/**
 * The picture beside a card's words, as raw pixels: the event's own, or a low sun over swells grown from its id. No SVG:
 * libvips is not let loose on that format here (rule I5), since it would then read it from uploads too.
 */
import { CARD } from './preview.ts';

type Rgb = readonly [number, number, number];

/** From here on the picture shows through, and from there on it is all there is. */
const FADE = { from: 610, to: 900 } as const;
export const PICTURE = { left: FADE.from, width: CARD.width - FADE.from, height: CARD.height } as const;

const GROUND: readonly [Rgb, Rgb] = [
  [9, 26, 29],
  [11, 62, 62],
];
/** Sky above and below, sun, three swells. */
const PALETTES: readonly (readonly Rgb[])[] = [
  [
    [238, 213, 171],
    [214, 147, 104],
    [253, 240, 208],
    [46, 145, 142],
    [20, 108, 110],
    [12, 72, 78],
  ],
  [
    [28, 82, 98],
    [62, 142, 137],
    [248, 229, 184],
    [22, 112, 110],
    [16, 84, 88],
    [12, 60, 66],
  ],
  [
    [184, 211, 213],
    [238, 229, 194],
    [240, 176, 96],
    [104, 176, 158],
    [56, 138, 126],
    [24, 94, 92],
  ],
  [
    [148, 78, 72],
    [232, 158, 112],
    [252, 224, 170],
    [146, 92, 78],
    [104, 70, 82],
    [52, 60, 78],
  ],
  [
    [34, 48, 76],
    [56, 104, 126],
    [240, 234, 210],
    [40, 92, 108],
    [32, 72, 88],
    [22, 52, 64],
  ],
];

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;
const smooth = (share: number): number => {
  const at = Math.min(1, Math.max(0, share));
  return at * at * (3 - 2 * at);
};

/** Enough to scatter shapes by an id, nothing to rely on. */
function seeded(id: string): () => number {
  let state = 0x811c9dc5;
  for (const char of id) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) | 0;
    return ((state ^ (state >>> 13)) >>> 0) / 2 ** 32;
  };
}

/** Of PICTURE's size, three bytes a pixel. */
export function seaOf(id: string): Buffer {
  const { width, height } = PICTURE;
  const random = seeded(id);
  const [above, below, sun, ...swells] = PALETTES[Math.floor(random() * PALETTES.length)] as readonly Rgb[];
  const [sunX, sunY, sunR] = [width * (0.45 + random() * 0.35), 150 + random() * 110, 64 + random() * 40];
  const waves = swells.map((colour, n) => ({
    colour,
    y: 330 + n * 92 + random() * 24,
    height: 12 + random() * 14,
    length: 190 + random() * 230,
    phase: random() * 7,
  }));
  const pixels = Buffer.allocUnsafe(width * height * 3);
  for (let x = 0; x < width; x++) {
    const crests = waves.map((w) => w.y + Math.sin(w.phase + (x / w.length) * Math.PI * 2) * w.height);
    for (let y = 0; y < height; y++) {
      const far = Math.hypot(x - sunX, y - sunY);
      const light = Math.max(smooth(sunR - far + 0.5), 0.22 * smooth((sunR * 1.8 - far) / 8));
      const front = crests.findLastIndex((crest) => y > crest);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const sky = mix((above as Rgb)[c] as number, (below as Rgb)[c] as number, smooth(y / 380));
        const open = mix(sky, (sun as Rgb)[c] as number, light);
        pixels[at + c] = front < 0 ? open : ((swells[front] as Rgb)[c] as number);
      }
    }
  }
  return pixels;
}

/** The whole card but its words: the ground, and the picture (PICTURE's size, three bytes a pixel) rising out of it. */
export function groundWith(picture: Buffer): Buffer {
  const { width, height } = CARD;
  const pixels = Buffer.allocUnsafe(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      const down = smooth((y + x * 0.25) / (height + width * 0.25));
      const share = smooth((x - FADE.from) / (FADE.to - FADE.from));
      const from = (y * PICTURE.width + (x - PICTURE.left)) * 3;
      for (let c = 0; c < 3; c++) {
        const ground = mix(GROUND[0][c] as number, GROUND[1][c] as number, down);
        pixels[at + c] = share === 0 ? ground : mix(ground, picture[from + c] as number, share);
      }
    }
  return pixels;
}
