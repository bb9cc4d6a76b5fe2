import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';

/** A sentence that matters. `bad` is spoken at once, the others wait their turn. */
export function Notice(props: {
  kind?: 'plain' | 'turn' | 'good' | 'bad';
  title?: string;
  children?: ComponentChildren;
}) {
  const kind = props.kind ?? 'plain';
  return (
    <div class={classes('notice', kind !== 'plain' && kind)} role={kind === 'bad' ? 'alert' : undefined}>
      {props.title ? <b>{props.title}</b> : null}
      {props.children ? <div>{props.children}</div> : null}
    </div>
  );
}
