import type { ComponentChildren } from 'preact';
import { classes } from './classes.ts';

/** A quiet surface; with a title it becomes a labelled section. */
export function Card(props: {
  title?: string;
  flat?: boolean;
  class?: string;
  id?: string;
  children: ComponentChildren;
}) {
  const name = classes('card', props.flat && 'flat', props.class);
  if (!props.title)
    return (
      <div class={name} id={props.id}>
        {props.children}
      </div>
    );
  return (
    <section class={name} id={props.id} aria-label={props.title}>
      <h2 class="card-title">{props.title}</h2>
      {props.children}
    </section>
  );
}

/** Pairs of a name and its value, one per line. */
export function Facts(props: { rows: readonly (readonly [ComponentChildren, ComponentChildren] | null)[] }) {
  return (
    <dl class="facts">
      {props.rows.map((row) =>
        row ? (
          <div class="row">
            <dt>{row[0]}</dt>
            <dd class="num strong">{row[1]}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** One fold-out: a summary and what it hides. */
export function Fold(props: { summary: ComponentChildren; open?: boolean; children: ComponentChildren }) {
  return (
    <details class="fold" open={props.open}>
      <summary>{props.summary}</summary>
      {props.children}
    </details>
  );
}
