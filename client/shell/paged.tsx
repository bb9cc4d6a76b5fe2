/**
 * A list without an end, page by page: the first at once, more when asked for. Asked again, as much is loaded as is on
 * show, up to what the server gives at once.
 */
import { useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { askingTexts as texts } from '../texts/asking.ts';
import { Button } from '../ui/index.ts';
import { type Loaded, useLoad } from './load.ts';

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Paged<T, P extends Page<T> = Page<T>> {
  loaded: Loaded<P>;
  reload: () => void;
  /** Null: that is all there is. */
  more: (() => void) | null;
  /** More is on its way. */
  busy: boolean;
  /** Why there is no more on show. */
  problem: string | null;
}

const PAGE = 50;
/** As much as the server gives at once. */
const MOST = 200;

/** @param path with its query, but no cursor; `P` where a page says more than its items */
export function usePaged<T, P extends Page<T> = Page<T>>(path: string): Paged<T, P> {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const shown = useRef(0);
  const at = (limit: number, cursor?: string): string =>
    `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`;
  const { loaded, reload, replace } = useLoad(path, (signal) =>
    api.request<P>('GET', at(Math.min(MOST, Math.max(PAGE, shown.current))), { signal }),
  );
  const page = loaded.data;
  shown.current = page?.items.length ?? 0;
  const cursor = page?.nextCursor;

  async function load(from: P, next: string): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      const found = await api.request<P>('GET', at(PAGE, next));
      // What a page says beside its items is as new as the last one.
      replace({ ...found, items: [...from.items, ...found.items] });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  }

  return {
    loaded,
    reload,
    more: page && cursor ? () => void load(page, cursor) : null,
    busy,
    problem,
  };
}

export function More({ of }: { of: Pick<Paged<unknown>, 'more' | 'busy' | 'problem'> }) {
  if (!of.more) return null;
  return (
    <div class="stack-s">
      {of.problem ? (
        <p class="small" role="alert">
          {of.problem}
        </p>
      ) : null}
      <Button kind="quiet" small busy={of.busy} onClick={of.more}>
        {texts.showMore}
      </Button>
    </div>
  );
}
