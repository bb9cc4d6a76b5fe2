/** What the map's signs mean, and what each tier costs: drawn by the same brush as the map itself. */
import { useRef } from 'preact/hooks';
import { seatTexts as texts } from '../texts/seats.ts';
import { FLAG } from './layout.ts';
import type { SeatLook } from './marks.ts';
import { SeatSign, useInks } from './seat-sign.tsx';

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
  const inks = useInks(box);
  return (
    <div class="seat-legend seat-colours" ref={box}>
      <ul class="legend-tiers">
        {props.tiers.map((tier, index) => (
          <li key={tier.name}>
            <SeatSign inks={inks} look="free" tier={index} flags={0} />
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
              <SeatSign inks={inks} look={look} tier={0} flags={flags} />
              {text}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
