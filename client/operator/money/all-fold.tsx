/** Everything there was, folded away: asked for only once somebody looks. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { More, usePaged } from '../../shell/paged.tsx';
import { operatorMoneyTexts as texts } from '../../texts/operator-money.ts';
import { Loads } from '../../vendor/money/part.tsx';

interface Props<T> {
  path: string;
  title: string;
  children: (items: readonly T[]) => ComponentChildren;
}

export function AllFold<T>(props: Props<T>) {
  const [open, setOpen] = useState(false);
  return (
    <details class="fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{props.title}</summary>
      {open ? <All {...props} /> : null}
    </details>
  );
}

function All<T>({ path, children }: Props<T>) {
  const all = usePaged<T>(path);
  return (
    <Loads loaded={all.loaded} onRetry={all.reload}>
      {({ items }) => (
        <div class="stack">
          {items.length === 0 ? <p class="muted">{texts.nothing}</p> : children(items)}
          <More of={all} />
        </div>
      )}
    </Loads>
  );
}
