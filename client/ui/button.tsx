import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';

export interface ButtonProps {
  children: ComponentChildren;
  kind?: 'primary' | 'signal' | 'quiet' | 'danger' | 'link';
  /** Makes it a link. */
  href?: string;
  type?: 'button' | 'submit';
  onClick?: (event: MouseEvent) => void;
  /** Being answered: keeps its place and focus, says `busyLabel`, takes no second press. */
  busy?: boolean;
  busyLabel?: string;
  /** Not possible now. It stays focusable, so that a reader finds it and its reason. */
  disabled?: boolean;
  /** Id of the sentence that says why it is disabled. */
  describedBy?: string | undefined;
  wide?: boolean;
  small?: boolean;
  label?: string;
  autoFocus?: boolean;
  class?: string;
}

/** A button answers at once: pressed → busy in the same frame, however slow the network is. */
export function Button(props: ButtonProps) {
  const { kind = 'primary', busy = false, disabled = false } = props;
  const name = classes('button', kind, props.wide && 'wide', props.small && 'small-button', props.class);
  const inside = busy ? (
    <>
      {props.busyLabel ?? 'Asking…'}
      <span class="busy-dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </>
  ) : (
    props.children
  );
  if (props.href !== undefined)
    return (
      <a class={name} href={props.href} onClick={props.onClick} aria-label={props.label}>
        {inside}
      </a>
    );
  return (
    <button
      type={props.type ?? 'button'}
      class={name}
      aria-busy={busy || undefined}
      aria-disabled={busy || disabled || undefined}
      aria-describedby={props.describedBy}
      aria-label={props.label}
      autofocus={props.autoFocus}
      onClick={(event) => {
        if (busy || disabled) event.preventDefault();
        else props.onClick?.(event);
      }}
    >
      {inside}
    </button>
  );
}
