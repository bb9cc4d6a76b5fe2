/** What a page says of a service that is not up: one title, and the sentences that help. Pure. */
import type { ServiceNote } from '../../server/protocol/money.ts';
import { serviceTexts as texts } from '../texts/services.ts';
import { formatClock, formatClockSeconds, ownZone } from '../ui/format.ts';

export interface Said {
  title: string;
  sentences: string[];
}

export interface Saying {
  note: ServiceNote | undefined;
  /** Server time, ms. */
  now: number;
  /** What is kept meanwhile, in this page's words. */
  kept?: string;
  /** Until when tickets are held, ms. */
  heldUntil?: number | null;
  zone?: string;
}

/** Null while it is up, or while nobody has said how it stands. A slow service is worth a word only where one waits for it. */
export function sayPaused({ note, now, kept, heldUntil, zone = ownZone() }: Saying): Said | null {
  if (!note || note.state === 'available') return null;
  const down = note.state === 'unavailable';
  const retryAt = note.retryAt === null ? null : Date.parse(note.retryAt);
  const sentences: string[] = [];
  if (retryAt !== null)
    sentences.push(retryAt > now ? texts.retryAt(formatClockSeconds(retryAt, zone)) : texts.retryNow);
  if (heldUntil !== undefined && heldUntil !== null && heldUntil > now)
    sentences.push(texts.held(formatClockSeconds(heldUntil, zone)));
  if (kept) sentences.push(kept);
  return { title: note.reason ?? (down ? texts.paused : texts.slow), sentences };
}

export const sinceOf = (note: ServiceNote, zone = ownZone()): string | null =>
  note.since === null ? null : texts.since(formatClock(Date.parse(note.since), zone));

/** What an operator has to look at: services that are away, in sentences. */
export const pausedServices = (notes: Readonly<Record<string, ServiceNote>>): string[] => [
  ...new Set(
    Object.values(notes)
      .filter(({ state, reason }) => state === 'unavailable' && reason !== null)
      .map(({ reason }) => reason as string),
  ),
];
