/**
 * Room for what is picked, from the first moment on, so that nothing moves when it comes; its code and answer come after the
 * list's. `blank`: there is no list to stand above.
 */
import { useLateCode } from '../shell/late-code.ts';

const load = () => import('./picks.tsx');

export function LazyPicks({ blank }: { blank: boolean }) {
  const parts = useLateCode(load);
  if (blank) return null;
  return <section class="picks">{parts ? <parts.Picks /> : null}</section>;
}
