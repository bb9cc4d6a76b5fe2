/** What the server said no to when seats were to be kept, let go or moved: a sentence, and the seats to point at. Pure. */
import type { SeatRef } from '../../../server/protocol/seating.ts';
import type { ApiError } from '../../api.ts';
import type { SeatLayout } from '../../seats/layout.ts';
import { inWords, seatsOf } from '../../seats/names.ts';
import { vendorSeatTexts as texts } from '../../texts/vendor-seats.ts';

export interface SeatProblem {
  text: string;
  /** Of this map, to flash. */
  seats: readonly number[];
}

const isRef = (value: unknown): value is SeatRef =>
  typeof value === 'object' &&
  value !== null &&
  ['id', 'section', 'row', 'label'].every((name) => typeof Reflect.get(value, name) === 'string');

const namedIn = (details: Record<string, unknown>): SeatRef[] =>
  Array.isArray(details.seats) ? details.seats.filter(isRef) : [];

/** More seats than this are counted, not named. */
const NAMED_MAX = 24;

export function problemOf(
  error: Pick<ApiError, 'code' | 'message' | 'details'>,
  layout: SeatLayout,
  doing: 'keep' | 'move',
): SeatProblem {
  const refs = namedIn(error.details);
  const seats = seatsOf(layout, refs);
  const names = refs.length > NAMED_MAX ? texts.seats(refs.length) : inWords(refs);
  if (error.code === 'SEATS_TAKEN' && refs.length > 0)
    return { text: doing === 'keep' ? texts.refused.taken(names) : texts.refused.gone(names), seats };
  if (refs.length > 0) return { text: texts.refused.named(error.message, names), seats };
  return { text: error.message, seats };
}
