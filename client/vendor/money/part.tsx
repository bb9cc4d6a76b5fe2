/** A part of a page about money: its own card, heading and loading; one that fails leaves the others standing. */
import type { ComponentChildren } from 'preact';
import type { Loaded } from '../../shell/load.ts';
import { Lines } from '../../shell/states.tsx';
import { shellTexts } from '../../texts/shell.ts';
import { Button, classes, Notice } from '../../ui/index.ts';

export function Part(props: {
  title: string;
  text?: string;
  /** Beside the heading. */
  action?: ComponentChildren;
  class?: string;
  id?: string;
  children: ComponentChildren;
}) {
  return (
    <section class={classes('card', 'money-part', props.class)} id={props.id} aria-label={props.title}>
      <div class="money-head">
        <h2>{props.title}</h2>
        {props.action}
      </div>
      {props.text ? <p class="small muted">{props.text}</p> : null}
      {props.children}
    </section>
  );
}

export function Loads<T>(props: {
  loaded: Loaded<T>;
  onRetry: () => void;
  children: (data: T) => ComponentChildren;
}) {
  const { loaded } = props;
  if (loaded.state === 'loading')
    return (
      <div aria-busy="true">
        <Lines widths={['80%', '60%', '70%']} />
      </div>
    );
  if (loaded.data === null)
    return loaded.error ? (
      <Notice
        kind="turn"
        title={loaded.error.code === 'OFFLINE' ? shellTexts.offlineTitle : shellTexts.failedTitle}
      >
        {loaded.error.message}
        <Button kind="link" small onClick={props.onRetry}>
          {shellTexts.tryAgain}
        </Button>
      </Notice>
    ) : null;
  return <>{props.children(loaded.data)}</>;
}

/** What was just done, said once it is done. */
export function Said({ text }: { text: string | null }) {
  return (
    <p class="said" role="status">
      {text}
    </p>
  );
}
