/** The strip's code and pictures come after everything else of the page is read; without them nothing is missing. */
import { useEffect, useState } from 'preact/hooks';

type Parts = typeof import('./strip.tsx');

export function LazyStrip({ eventId }: { eventId: string }) {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    let left = false;
    import('./strip.tsx').then(
      (found) => {
        if (!left) setParts(found);
      },
      // Not to be had: the page goes without its extra.
      () => undefined,
    );
    return () => {
      left = true;
    };
  }, []);
  return parts ? <parts.Strip eventId={eventId} /> : null;
}
