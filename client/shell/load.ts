/** Loading as one value: what a page shows while it asks, when it has, and when it failed. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';

export type Loaded<T> =
  | { state: 'loading'; data: null; error: null }
  | { state: 'ready'; data: T; error: null }
  /** The last good data stays on show beside the error, marked as old. */
  | { state: 'failed'; data: T | null; error: ApiError };

export interface Load<T> {
  loaded: Loaded<T>;
  /** Asks again, keeping what is on show. */
  reload: () => void;
  /** Replaces the data with something newer that came another way. */
  replace: (data: T) => void;
}

/** Asks when mounted and whenever `key` changes; an answer to an older question is dropped. */
export function useLoad<T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Load<T> {
  const [held, setHeld] = useState<{ key: string; loaded: Loaded<T> }>({ key, loaded: LOADING });
  const [round, setRound] = useState(0);
  const asker = useRef(ask);
  asker.current = ask;

  // Another `round` asks again on purpose
  useEffect(() => {
    const abort = new AbortController();
    setHeld((before) => (before.key === key ? before : { key, loaded: LOADING }));
    asker.current(abort.signal).then(
      (data) => {
        if (!abort.signal.aborted) setHeld({ key, loaded: { state: 'ready', data, error: null } });
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const told = error instanceof ApiError ? error : new ApiError('INTERNAL', 0, String(error));
        setHeld((before) => ({ key, loaded: { state: 'failed', data: before.loaded.data, error: told } }));
      },
    );
    return () => abort.abort();
  }, [key, round]);

  return {
    loaded: held.key === key ? held.loaded : LOADING,
    reload: useCallback(() => setRound((before) => before + 1), []),
    replace: useCallback((data: T) => setHeld({ key, loaded: { state: 'ready', data, error: null } }), [key]),
  };
}

const LOADING = { state: 'loading', data: null, error: null } as const;

/** Runs `work` every `everyMs` while the page is visible, and at once when it becomes visible again. */
export function useEvery(everyMs: number, work: () => void): void {
  const worker = useRef(work);
  worker.current = work;
  useEffect(() => {
    let timer: ReturnType<typeof setInterval> | undefined;
    const run = (): void => worker.current();
    const follow = (): void => {
      clearInterval(timer);
      if (!document.hidden) timer = setInterval(run, everyMs);
    };
    const wake = (): void => {
      follow();
      if (!document.hidden) run();
    };
    follow();
    document.addEventListener('visibilitychange', wake);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', wake);
    };
  }, [everyMs]);
}
