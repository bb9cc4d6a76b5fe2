/** A sentence that is true (green) or not (red). */
import type { ComponentChildren } from 'preact';
import { operatorTexts as texts } from '../texts/operator.ts';
import { classes } from '../ui/index.ts';

export function Truth(props: { holds: boolean; sentence: string; children?: ComponentChildren }) {
  return (
    <li class={classes('invariant', props.holds ? 'whole' : 'broken')}>
      <svg
        viewBox="0 0 16 16"
        width="16"
        height="16"
        fill="none"
        stroke="currentColor"
        stroke-width="2.2"
        aria-hidden="true"
      >
        {props.holds ? <path d="M3 8.5l3.5 3.5L13 4.5" /> : <path d="M4 4l8 8M12 4l-8 8" />}
      </svg>
      <div class="grow">
        <p>
          {props.sentence}
          <span class="sr"> {props.holds ? texts.holds : texts.broken('')}</span>
        </p>
        {props.children}
      </div>
    </li>
  );
}
