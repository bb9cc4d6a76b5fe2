/** Code of a part that comes after the page is read. Null until it is there; where it cannot be had the page goes without its extra. */
import { useEffect, useState } from 'preact/hooks';

export function useLateCode<Parts>(load: () => Promise<Parts>): Parts | null {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    let left = false;
    load().then(
      (found) => {
        if (!left) setParts(() => found);
      },
      () => undefined,
    );
    return () => {
      left = true;
    };
    // Fetched once: the same part whatever it is asked by.
  }, [load]);
  return parts;
}
