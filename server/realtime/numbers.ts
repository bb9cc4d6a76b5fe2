/**
 * Tells this edge's own fans their numbers when a lobby was drawn (rule R31): a page of accounts is one statement, however many fans
 * wait. A hint like every push: whoever misses it finds the number by `GET /drops/{id}/place`.
 */
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { DropPhase } from '../protocol/index.ts';
import { dropTopic } from './audience.ts';
import type { Connection } from './connection.ts';

export interface NumberedPlace {
  placeId: string;
  userId: string;
  number: number;
  state: string;
}

export interface NumbersDeps {
  connections(): Iterable<Connection>;
  /** Numbers of these accounts' live places; those without one are left out. */
  numbersOf(dropId: string, userIds: readonly string[]): Promise<readonly NumberedPlace[]>;
  log: Logger;
}

const BEFORE: ReadonlySet<DropPhase | undefined> = new Set(['scheduled', 'lobby', 'drawing'] as const);
const AFTER: ReadonlySet<DropPhase> = new Set(['live', 'sold_out', 'paused'] as const);

/** Whether this change of phase gave the lobby its numbers. */
export const wasDrawn = (before: DropPhase | undefined, after: DropPhase): boolean =>
  BEFORE.has(before) && AFTER.has(after);

export async function tellNumbers(deps: NumbersDeps, dropId: string): Promise<void> {
  const topic = dropTopic(dropId);
  const byUser = new Map<string, Connection[]>();
  for (const connection of deps.connections()) {
    if (!connection.topics.has(topic)) continue;
    const { id } = connection.caller.account;
    byUser.set(id, [...(byUser.get(id) ?? []), connection]);
  }
  const users = [...byUser.keys()];
  try {
    for (let at = 0; at < users.length; at += LIMITS.numbersPageMax) {
      const places = await deps.numbersOf(dropId, users.slice(at, at + LIMITS.numbersPageMax));
      for (const { placeId, userId, number, state } of places)
        for (const { open, staleSince, socket } of byUser.get(userId) ?? [])
          if (open && staleSince === 0) socket.emit('place:updated', { placeId, dropId, number, state });
    }
  } catch (err) {
    deps.log.warn({ err, dropId }, 'numbers not pushed: the pages will ask for them');
  }
}
