import type { ComponentChildren } from 'preact';
import { Art } from './art.tsx';
import { classes } from './classes.ts';

/** Whose page this is: the event's picture, its name, one line below, and how fresh the page is. */
export function Header(props: {
  artId: string;
  title: string;
  sub?: ComponentChildren;
  level?: 1 | 2;
  /** The dot at the right edge. */
  status?: { kind: 'live' | 'old' | 'off'; text: string } | undefined;
}) {
  const Title = props.level === 1 ? 'h1' : 'p';
  return (
    <header class="header">
      <Art id={props.artId} />
      <div class="header-text">
        <Title class="header-title">{props.title}</Title>
        {props.sub ? <span class="header-sub">{props.sub}</span> : null}
      </div>
      {props.status ? (
        <span class={classes('live-dot', 'num', props.status.kind)}>{props.status.text}</span>
      ) : null}
    </header>
  );
}
