/**
 * A numeral that glides to its next value instead of jumping. It writes into one text node per frame and asks Preact
 * for nothing, so a tick costs next to nothing on a slow phone. Readers hear the true value, not the frames between.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { classes } from './classes.ts';
import { formatNumber } from './format.ts';

const GLIDE_MS = 700;

/** Where the glide stands after `elapsed` ms, easing out; whole numbers only. */
export function glide(from: number, to: number, elapsed: number, length = GLIDE_MS): number {
  const t = Math.min(1, Math.max(0, elapsed / length));
  return Math.round(from + (to - from) * (1 - (1 - t) ** 3));
}

export interface BigNumberProps {
  value: number;
  /** Starts its first glide here: a number that settles in. */
  from?: number;
  format?: (n: number) => string;
  size?: 'big' | 'mid' | 'inline';
  class?: string;
}

export function BigNumber({
  value,
  from,
  format = formatNumber,
  size = 'big',
  class: extra,
}: BigNumberProps) {
  const box = useRef<HTMLSpanElement>(null);
  const shown = useRef(from ?? value);

  useLayoutEffect(() => {
    const node = box.current;
    if (!node) return;
    const start = shown.current;
    const still =
      start === value || matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden;
    if (still) {
      shown.current = value;
      node.textContent = format(value);
      return;
    }
    let frame = 0;
    let began: number | null = null;
    const step = (at: number) => {
      began ??= at;
      shown.current = glide(start, value, at - began);
      node.textContent = format(shown.current);
      if (shown.current !== value || at - began < GLIDE_MS) frame = requestAnimationFrame(step);
    };
    node.textContent = format(start);
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [value, format]);

  return (
    <span class={classes(size !== 'inline' && size, 'num', extra)}>
      <span aria-hidden="true" ref={box} />
      <span class="sr">{format(value)}</span>
    </span>
  );
}
