/** What may be told, and how each kind is told (rules N20 to N29). */
import type { Urgency } from './seal.ts';

export interface KindRules {
  /** Worthless in minutes: goes first, and no quiet hours put it off. */
  urgent: boolean;
  urgency: Urgency;
  /** Quiet hours put it off. `or-now`: unless it would be worthless by then. */
  waits: false | true | 'or-now';
  /** Whether a mail says it to whoever has no device. */
  mail: boolean;
}

export const KINDS = {
  /** Minutes ahead. A mail is read too late. */
  turn_soon: { urgent: true, urgency: 'high', waits: false, mail: false },
  turn_called: { urgent: true, urgency: 'high', waits: false, mail: false },
  /** Asked for, to the minute: nothing that can wait. */
  lobby_open: { urgent: true, urgency: 'high', waits: false, mail: true },
  doors_soon: { urgent: true, urgency: 'high', waits: false, mail: true },
  day_before: { urgent: false, urgency: 'normal', waits: true, mail: true },
  event_moved: { urgent: false, urgency: 'normal', waits: 'or-now', mail: true },
  /** The mail about it is delivery's. */
  event_canceled: { urgent: false, urgency: 'normal', waits: 'or-now', mail: false },
  suggestion: { urgent: false, urgency: 'low', waits: true, mail: true },
} as const satisfies Record<string, KindRules>;

export type NoticeKind = keyof typeof KINDS;
export const isKind = (kind: string): kind is NoticeKind => Object.hasOwn(KINDS, kind);
