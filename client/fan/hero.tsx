/** The three lines every state has: what is happening, what to do, how sure it is. */
import type { ComponentChildren } from 'preact';

export function Hero(props: {
  eyebrow?: ComponentChildren;
  /** The one big thing. */
  big?: ComponentChildren;
  title?: ComponentChildren;
  text?: ComponentChildren;
  sure?: ComponentChildren;
  aged?: boolean;
}) {
  return (
    <div class="hero">
      {props.big !== undefined ? (
        <div class={props.aged ? 'hero-figure aged' : 'hero-figure'}>
          {props.eyebrow ? <p class="eyebrow">{props.eyebrow}</p> : null}
          <p class="hero-big">{props.big}</p>
        </div>
      ) : null}
      {props.title ? <h1>{props.title}</h1> : null}
      {props.text ? <p class="muted">{props.text}</p> : null}
      {props.sure ? <p class="muted small">{props.sure}</p> : null}
    </div>
  );
}

/** A sentence with one way on: for states in which there is nothing to count. */
export function Plain(props: { title: string; text?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <>
      <Hero title={props.title} text={props.text} />
      {props.children ? <div class="actions">{props.children}</div> : null}
    </>
  );
}
