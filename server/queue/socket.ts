/** The line's socket events (design section 9). */
import { CLIENT_EVENTS, ok } from '../protocol/index.ts';
import type { SocketHandler } from '../transport/index.ts';
import type { Queue } from './queue.ts';

interface ByDrop {
  dropId: string;
}

export function queueSocketHandlers(queue: Queue): SocketHandler[] {
  return [
    {
      event: 'queue:join',
      schema: CLIENT_EVENTS['queue:join'],
      access: 'account',
      owns: 'drop',
      async handle(caller, payload) {
        const { dropId } = payload as ByDrop;
        const joined = await queue.join(dropId, caller.account.id);
        if (!joined.ok) return joined;
        const { joinedAt, ...place } = joined.value;
        return ok({ ...place, joinedAt: joinedAt.toISOString() });
      },
    },
    {
      event: 'queue:claim',
      schema: CLIENT_EVENTS['queue:claim'],
      access: 'account',
      owns: 'drop',
      handle: (caller, payload) => queue.claim((payload as ByDrop).dropId, caller.account.id),
    },
    {
      event: 'queue:leave',
      schema: CLIENT_EVENTS['queue:leave'],
      access: 'account',
      owns: 'drop',
      handle: (caller, payload) => queue.leave((payload as ByDrop).dropId, caller.account.id),
    },
  ];
}
