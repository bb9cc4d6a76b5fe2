/** The strip's code and pictures come after everything else of the page is read; without them nothing is missing. */
import { useLateCode } from '../shell/late-code.ts';

const load = () => import('./strip.tsx');

export function LazyStrip({ eventId }: { eventId: string }) {
  const parts = useLateCode(load);
  return parts ? <parts.Strip eventId={eventId} /> : null;
}
