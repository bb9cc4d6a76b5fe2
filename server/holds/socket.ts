/** The holds' socket events (design section 9). */
import { CLIENT_EVENTS, type HoldPlace, type HoldSwap, ok } from '../protocol/index.ts';
import type { SocketHandler } from '../transport/index.ts';
import type { Holds } from './index.ts';

export function holdSocketHandlers(holds: Holds): SocketHandler[] {
  return [
    {
      event: 'hold:place',
      schema: CLIENT_EVENTS['hold:place'],
      access: 'account',
      owns: 'drop',
      async handle(caller, payload) {
        const held = await holds.place(caller.account.id, payload as HoldPlace);
        return held.ok ? ok({ hold: held.value }) : held;
      },
    },
    {
      event: 'hold:swap',
      schema: CLIENT_EVENTS['hold:swap'],
      access: 'account',
      owns: 'hold',
      async handle(caller, payload) {
        const held = await holds.swap(caller.account.id, payload as HoldSwap);
        return held.ok ? ok({ hold: held.value }) : held;
      },
    },
    {
      event: 'hold:release',
      schema: CLIENT_EVENTS['hold:release'],
      access: 'account',
      owns: 'hold',
      handle: (caller, payload) => holds.release(caller.account.id, (payload as { holdId: string }).holdId),
    },
    {
      event: 'hold:extend',
      schema: CLIENT_EVENTS['hold:extend'],
      access: 'account',
      owns: 'hold',
      async handle(caller, payload) {
        const held = await holds.extend(caller.account.id, (payload as { holdId: string }).holdId);
        return held.ok ? ok({ hold: held.value }) : held;
      },
    },
  ];
}
