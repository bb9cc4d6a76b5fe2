import { formatNumber } from '../ui/index.ts';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';

/** Minus, a number, plus: 44 px targets, usable by keyboard and said aloud when it changes. */
export function Stepper(props: {
  name: string;
  value: number;
  max: number;
  onValue: (value: number) => void;
}) {
  return (
    <fieldset class="stepper">
      <legend class="sr">{say.aria.quantity(props.name)}</legend>
      <button
        type="button"
        aria-label={shop.turn.fewer(props.name)}
        aria-disabled={props.value <= 0 || undefined}
        onClick={() => props.value > 0 && props.onValue(props.value - 1)}
      >
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M4.5 10h11" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
        </svg>
      </button>
      <output class="num" aria-live="polite">
        {formatNumber(props.value)}
      </output>
      <button
        type="button"
        aria-label={shop.turn.more(props.name)}
        aria-disabled={props.value >= props.max || undefined}
        onClick={() => props.value < props.max && props.onValue(props.value + 1)}
      >
        <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
          <path d="M4.5 10h11M10 4.5v11" stroke="currentColor" stroke-width="2" stroke-linecap="round" />
        </svg>
      </button>
    </fieldset>
  );
}
