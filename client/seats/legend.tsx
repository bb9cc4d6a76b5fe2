/** What the map's signs mean, and what each tier costs: drawn by the same brush as the map itself. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { seatTexts as texts } from '../texts/seats.ts';
import { onThemeChange, readInks } from './inks.ts';
import { FLAG } from './layout.ts';
import { drawSeat, type Inks, type SeatLook } from './marks.ts';

const SIDE = 26;

export interface LegendTier {
  name: string;
  price: string;
  free: string;
}

const SIGNS: readonly (readonly [text: string, look: SeatLook, flags: number])[] = [
  [texts.legend.picked, 'picked', 0],
  [texts.legend.mine, 'mine', 0],
  [texts.legend.held, 'held', 0],
  [texts.legend.sold, 'sold', 0],
  [texts.legend.accessible, 'free', FLAG.accessible],
  [texts.legend.kept, 'kept', 0],
  [texts.legend.restricted, 'free', FLAG.restricted],
];

export function Legend(props: { tiers: readonly LegendTier[] }) {
  const box = useRef<HTMLDivElement>(null);
  const [inks, setInks] = useState<Inks | null>(null);
  useEffect(() => {
    const read = (): void => {
      if (box.current) setInks(readInks(box.current));
    };
    read();
    return onThemeChange(read);
  }, []);
  return (
    <div class="seat-legend seat-colours" ref={box}>
      <ul class="legend-tiers">
        {props.tiers.map((tier, index) => (
          <li key={tier.name}>
            <Picture inks={inks} look="free" tier={index} flags={0} />
            <span>
              <b>{tier.name}</b> <span class="num">{tier.price}</span>{' '}
              <span class="muted small num">{tier.free}</span>
            </span>
          </li>
        ))}
      </ul>
      <details class="fold">
        <summary>{texts.legend.title}</summary>
        <ul class="legend-signs small">
          {SIGNS.map(([text, look, flags]) => (
            <li key={text}>
              <Picture inks={inks} look={look} tier={0} flags={flags} />
              {text}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

function Picture(props: { inks: Inks | null; look: SeatLook; tier: number; flags: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const brush = canvas.current?.getContext('2d');
    if (!canvas.current || !brush || !props.inks) return;
    const sharp = Math.min(3, window.devicePixelRatio || 1);
    canvas.current.width = SIDE * sharp;
    canvas.current.height = SIDE * sharp;
    brush.setTransform(sharp, 0, 0, sharp, (SIDE / 2) * sharp, (SIDE / 2) * sharp);
    drawSeat(brush, SIDE * 0.36, props, props.inks);
  }, [props.inks, props.look, props.tier, props.flags]);
  return (
    <span class="legend-sign" aria-hidden="true">
      <canvas ref={canvas} />
    </span>
  );
}
