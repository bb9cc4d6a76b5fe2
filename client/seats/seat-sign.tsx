/** One seat as the map draws it, beside words: by the same brush, so that a legend cannot differ from its map. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { onThemeChange, readInks } from './inks.ts';
import { drawSeat, type Inks, type SeatLook } from './marks.ts';

const SIDE = 26;

/** The colours within a `.seat-colours` element, read again with the theme. */
export function useInks(box: { readonly current: HTMLElement | null }): Inks | null {
  const [inks, setInks] = useState<Inks | null>(null);
  useEffect(() => {
    const read = (): void => {
      if (box.current) setInks(readInks(box.current));
    };
    read();
    return onThemeChange(read);
  }, []);
  return inks;
}

export function SeatSign(props: { inks: Inks | null; look: SeatLook; tier: number; flags: number }) {
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
