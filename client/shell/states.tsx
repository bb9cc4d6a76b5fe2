/** What every page shows when it has nothing, is waiting, or could not. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { ApiError } from '../api.ts';
import { shellTexts as texts } from '../texts/shell.ts';
import { Button, Mark } from '../ui/index.ts';

/** A page that is one sentence: not found, crashed, forbidden, empty. */
export function Sentence(props: {
  title: string;
  text?: ComponentChildren;
  actions?: ComponentChildren;
  /** Inside a page that has its own h1 this is an h2. */
  level?: 1 | 2;
}) {
  const Heading = props.level === 2 ? 'h2' : 'h1';
  return (
    <div class="sentence">
      <span class="sentence-mark">
        <Mark size={40} />
      </span>
      <Heading>{props.title}</Heading>
      {props.text ? <p class="muted">{props.text}</p> : null}
      {props.actions ? <div class="cluster sentence-actions">{props.actions}</div> : null}
    </div>
  );
}

export function NotFound() {
  useTitle(texts.notFoundTitle);
  return (
    <div class="page">
      <Sentence
        title={texts.notFoundTitle}
        text={texts.notFoundText}
        actions={<Button href="/">{texts.toEvents}</Button>}
      />
    </div>
  );
}

/** A failed load: says what is known, offers the one thing that helps. */
export function Failed(props: { error: ApiError; onRetry: () => void; level?: 1 | 2 }) {
  const offline = props.error.code === 'OFFLINE';
  // A 400 for something that was only looked up: its address is not one.
  if (props.error.status === 404 || props.error.status === 400)
    return (
      <Sentence
        level={props.level ?? 1}
        title={texts.notFoundTitle}
        text={texts.notFoundText}
        actions={<Button href="/">{texts.toEvents}</Button>}
      />
    );
  return (
    <div role="alert">
      <Sentence
        level={props.level ?? 1}
        title={offline ? texts.offlineTitle : texts.failedTitle}
        text={offline ? texts.offlineText : props.error.message}
        actions={
          <>
            <Button onClick={props.onRetry}>{texts.tryAgain}</Button>
            {offline ? (
              <Button kind="quiet" href="/my/tickets">
                {texts.myTickets}
              </Button>
            ) : null}
          </>
        }
      />
    </div>
  );
}

/** Children only after a moment: what loads quickly should not flash a skeleton first. */
export function Patiently(props: { afterMs?: number; children: ComponentChildren }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), props.afterMs ?? 150);
    return () => clearTimeout(timer);
  }, [props.afterMs]);
  return shown ? props.children : null;
}

/** Quiet lines where the text will be. */
export function Lines(props: { widths: readonly string[] }) {
  return (
    <div class="stack-s" aria-hidden="true">
      {props.widths.map((width, index) => (
        <span class="ghost-line" key={index} style={{ width }} />
      ))}
    </div>
  );
}

export function PageLoading() {
  return (
    <div class="page" aria-busy="true">
      <Patiently>
        <p class="sr" role="status">
          {texts.loading}
        </p>
        <div class="stack page-loading">
          <span class="ghost-line ghost-title" />
          <Lines widths={['62%', '48%', '54%']} />
        </div>
      </Patiently>
    </div>
  );
}

export function useTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? texts.pageTitle(title) : texts.title;
  }, [title]);
}
