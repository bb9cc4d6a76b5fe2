/** Small pieces that show a quantity: money, tags, bars and countdowns. */
import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';
import { formatCountdown, formatMoney } from './format.ts';
import { speakDuration } from './spoken.ts';

export function Money(props: { minor: number; currency: string; class?: string }) {
  return <span class={classes('num', props.class)}>{formatMoney(props.minor, props.currency)}</span>;
}

export function Tag(props: { kind?: 'good' | 'warn' | 'bad' | 'plain'; children: ComponentChildren }) {
  return <span class={classes('tag', props.kind !== 'plain' && props.kind)}>{props.children}</span>;
}

/** How a tier's capacity is used. Shares need not add up: what is over the whole is cut off. */
export function Bar(props: { total: number; sold: number; held?: number; label: string }) {
  const whole = Math.max(1, props.total);
  const share = (n: number) => `${(Math.min(whole, Math.max(0, n)) / whole) * 100}%`;
  return (
    <div class="bar" role="img" aria-label={props.label}>
      <i class="sold" style={{ width: share(props.sold) }} />
      <i class="held" style={{ width: share(props.held ?? 0) }} />
    </div>
  );
}

/** A countdown's numerals. The page owns the clock: it hands in what is left, by server time. */
export function Timer(props: { ms: number; size?: 'big' | 'mid' | 'inline'; label?: string }) {
  const { size = 'mid' } = props;
  return (
    <span class={classes('timer', size !== 'inline' && size)} role="timer" aria-live="off">
      <span aria-hidden="true">{formatCountdown(props.ms)}</span>
      <span class="sr">
        {props.label ? `${props.label} ` : ''}
        {speakDuration(props.ms)}
      </span>
    </span>
  );
}
