/** Sharing comes after everything else of a page is there; without it nothing is missing. */
import { useEffect, useState } from 'preact/hooks';
import type { ShareProps } from './share.tsx';

type Parts = typeof import('./share.tsx');

export function LazyShare(props: ShareProps) {
  const [parts, setParts] = useState<Parts | null>(null);
  useEffect(() => {
    import('./share.tsx').then(setParts, () => undefined);
  }, []);
  return parts ? <parts.Share {...props} /> : null;
}
