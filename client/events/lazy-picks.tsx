/**
 * Room for what is picked, from the first moment on, so that nothing moves when it comes; its code and answer come after the
 * list's. `blank`: there is no list to stand above.
 */
import { useEffect, useState } from 'preact/hooks';

type Parts = typeof import('./picks.tsx');

export function LazyPicks({ blank }: { blank: boolean }) {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    let left = false;
    import('./picks.tsx').then(
      (found) => {
        if (!left) setParts(found);
      },
      // Not to be had: the list stands by itself, under an empty line.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, []);
  if (blank) return null;
  return <section class="picks">{parts ? <parts.Picks /> : null}</section>;
}
