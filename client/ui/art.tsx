/**
 * A picture for every event, grown from its id: the same id gives the same picture everywhere, so a fan knows the
 * event by it. A low sun over water, swells in front, kelp rising through them.
 */
import { useId } from 'preact/hooks';
import { classes } from './classes.ts';

interface Palette {
  sky: [string, string];
  sun: string;
  swells: [string, string, string, string];
  kelp: string;
}

const PALETTES: readonly Palette[] = [
  {
    sky: ['oklch(88% .06 78)', 'oklch(72% .1 52)'],
    sun: 'oklch(96% .05 88)',
    swells: ['oklch(62% .085 195)', 'oklch(52% .085 195)', 'oklch(42% .075 198)', 'oklch(31% .055 202)'],
    kelp: 'oklch(24% .045 195)',
  },
  {
    sky: ['oklch(42% .06 215)', 'oklch(60% .09 190)'],
    sun: 'oklch(92% .055 90)',
    swells: ['oklch(50% .085 190)', 'oklch(41% .075 195)', 'oklch(33% .06 200)', 'oklch(25% .045 205)'],
    kelp: 'oklch(70% .1 165)',
  },
  {
    sky: ['oklch(84% .045 200)', 'oklch(90% .05 92)'],
    sun: 'oklch(80% .13 62)',
    swells: ['oklch(76% .07 178)', 'oklch(64% .085 182)', 'oklch(51% .085 187)', 'oklch(38% .07 192)'],
    kelp: 'oklch(29% .055 190)',
  },
  {
    sky: ['oklch(48% .09 20)', 'oklch(76% .12 55)'],
    sun: 'oklch(92% .08 82)',
    swells: ['oklch(56% .075 30)', 'oklch(45% .07 10)', 'oklch(36% .055 250)', 'oklch(27% .045 230)'],
    kelp: 'oklch(20% .035 220)',
  },
  {
    sky: ['oklch(30% .05 240)', 'oklch(46% .08 215)'],
    sun: 'oklch(94% .025 100)',
    swells: ['oklch(40% .065 215)', 'oklch(34% .06 210)', 'oklch(28% .05 205)', 'oklch(22% .04 205)'],
    kelp: 'oklch(62% .09 175)',
  },
  {
    sky: ['oklch(91% .035 92)', 'oklch(80% .075 75)'],
    sun: 'oklch(70% .14 42)',
    swells: ['oklch(71% .07 150)', 'oklch(58% .08 160)', 'oklch(46% .07 172)', 'oklch(34% .055 185)'],
    kelp: 'oklch(26% .045 185)',
  },
];

/** FNV-1a, then a small generator (mulberry32): enough to scatter shapes, nothing to rely on. */
export function seeded(id: string): () => number {
  let h = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) h = Math.imul(h ^ id.charCodeAt(i), 0x01000193);
  return () => {
    h = (h + 0x6d2b79f5) | 0;
    let t = Math.imul(h ^ (h >>> 15), 1 | h);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const W = 320;
const H = 180;
const r1 = (n: number) => Math.round(n * 10) / 10;

function swell(random: () => number, y: number, height: number): string {
  const length = 90 + random() * 90;
  const phase = random() * Math.PI * 2;
  let path = `M0 ${H}L0 ${r1(y + Math.sin(phase) * height)}`;
  for (let x = 20; x <= W; x += 20) {
    const cx = x - 10;
    const at = (v: number) => r1(y + Math.sin(phase + (v / length) * Math.PI * 2) * height);
    path += `Q${cx} ${at(cx)} ${x} ${at(x)}`;
  }
  return `${path}V${H}Z`;
}

/** A stem swaying up from the floor, with long blades on both sides, smaller towards the tip. */
function frond(random: () => number, x: number, height: number): { stem: string; blades: string } {
  const sway = (random() - 0.5) * 36;
  const at = (t: number): [number, number] => [
    x + Math.sin(t * Math.PI * 1.3) * sway * 0.6 + t * sway,
    H + 4 - height * t,
  ];
  const count = 9;
  let stem = `M${x} ${H + 4}`;
  let blades = '';
  for (let i = 1; i <= count; i++) {
    const [px, py] = at(i / count);
    stem += `L${r1(px)} ${r1(py)}`;
    const length = (1 - (i / count) * 0.55) * (26 + random() * 12);
    for (const side of [-1, 1]) {
      const lift = 0.45 + random() * 0.4;
      const [ex, ey] = [px + side * length, py - length * lift];
      blades += `M${r1(px)} ${r1(py)}Q${r1(px + side * length * 0.3)} ${r1(py - length * lift * 1.15)} ${r1(ex)} ${r1(ey)}Q${r1(px + side * length * 0.75)} ${r1(py - length * lift * 0.15)} ${r1(px)} ${r1(py)}Z`;
    }
  }
  return { stem, blades };
}

export function Art(props: { id: string; class?: string }) {
  const random = seeded(props.id);
  const palette = PALETTES[Math.floor(random() * PALETTES.length)]!;
  const sunX = 90 + random() * 150;
  const sunY = 48 + random() * 40;
  const sunR = 20 + random() * 20;
  const swells = palette.swells.map((fill, i) => ({
    fill,
    d: swell(random, 88 + i * 23, 4 + random() * 5 + i),
  }));
  const left = random() < 0.5;
  const fronds = [0, 1, 2].map((i) =>
    frond(random, (left ? 30 : 208) + i * (28 + random() * 14), 96 + random() * 50),
  );
  // The same picture stands on a page more than once; a gradient inside a hidden one would paint nothing.
  const sky = useId();
  return (
    <span class={classes('art', props.class)}>
      <svg
        aria-hidden="true"
        focusable="false"
        viewBox={`0 0 ${W} ${H}`}
        preserveAspectRatio="xMidYMid slice"
      >
        <defs>
          <linearGradient id={sky} x1="0" y1="0" x2="0" y2="1">
            <stop offset="0" stop-color={palette.sky[0]} />
            <stop offset=".7" stop-color={palette.sky[1]} />
          </linearGradient>
        </defs>
        <rect width={W} height={H} fill={`url(#${sky})`} />
        <circle cx={r1(sunX)} cy={r1(sunY)} r={r1(sunR * 1.7)} fill={palette.sun} opacity=".18" />
        <circle cx={r1(sunX)} cy={r1(sunY)} r={r1(sunR)} fill={palette.sun} />
        {swells.slice(0, 2).map((s) => (
          <path d={s.d} fill={s.fill} />
        ))}
        {fronds.map((f, i) => (
          <g key={i} fill={palette.kelp} stroke={palette.kelp} stroke-linejoin="round">
            <path d={f.stem} fill="none" stroke-width="3" stroke-linecap="round" />
            <path d={f.blades} stroke-width="1" />
          </g>
        ))}
        {swells.slice(2).map((s) => (
          <path d={s.d} fill={s.fill} opacity=".93" />
        ))}
      </svg>
    </span>
  );
}
