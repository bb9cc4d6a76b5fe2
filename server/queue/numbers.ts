/** Who got which number: for edges that tell the fans they serve, each page one statement (design section 12, learning one's number). */
import type { Uuid } from '../kernel/index.ts';
import type { PlaceState } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import type { SteppedPlace } from './step.ts';

export interface NumberedPlace extends SteppedPlace {
  state: PlaceState;
}

const NUMBERS_OF = statement(
  'queue_numbers_of',
  `select id as "placeId", user_id as "userId", number, state from ticketing.places
   where drop_id = $1 and user_id = any ($2) and ended_at is null and number is not null`,
);

/** Numbers of these fans' live places; those without a number (yet) are left out. */
export function numbersOf(reads: Pool, dropId: Uuid, userIds: readonly Uuid[]): Promise<NumberedPlace[]> {
  return reads.all<NumberedPlace>(NUMBERS_OF, [dropId, userIds]);
}
