/** Every page but the drop page (fan/gallery), in each state worth a picture. */
import { accountTexts } from '../texts/accounts.ts';
import { drawTexts } from '../texts/draw.ts';
import { newEventTexts } from '../texts/new-event.ts';
import { ticketTexts } from '../texts/tickets.ts';
import { vendorTexts } from '../texts/vendor.ts';
import type { World } from './answers.ts';
import { beforeTheClose, damaged, makeDraw } from './draw.ts';
import { LIVE, LOBBY } from './fixtures.ts';
import { SEATING } from './seats.ts';

export interface Shown {
  path: string;
  world: World;
  /** Buttons to press, by name, before the picture; `fill` names a field by its label. */
  steps?: readonly ({ press: string } | { fill: string; with: string })[];
}

export async function shownPages(): Promise<Record<string, Shown>> {
  const draw = await makeDraw();
  const anyone: World = { as: null };
  const fan: World = { as: 'user' };
  const vendor: World = { as: 'vendor' };
  const operator: World = { as: 'operator' };
  const live = `/vendor/e/${LIVE.id}`;
  const check = `/d/${LIVE.drop?.id}/draw`;
  return {
    events: { path: '/', world: anyone },
    'events-nothing-found': { path: '/?search=zzz', world: anyone },
    'events-empty': { path: '/', world: { as: null, empty: true } },
    'events-away': { path: '/', world: { as: null, away: true } },
    'event-lobby': { path: `/e/${LOBBY.id}`, world: anyone },
    'event-live': { path: `/e/${LIVE.id}`, world: fan },
    'event-seats': { path: `/e/${SEATING.eventId}`, world: { as: null, seats: true } },
    'log-in': { path: '/login?to=%2Fd%2Fx', world: anyone },
    'log-in-errors': { path: '/login', world: anyone, steps: [{ press: accountTexts.logIn }] },
    register: { path: '/register', world: anyone },
    'register-errors': { path: '/register', world: anyone, steps: [{ press: accountTexts.register }] },
    'my-tickets': { path: '/my/tickets', world: fan },
    'my-tickets-large': { path: '/my/tickets', world: fan, steps: [{ press: ticketTexts.large }] },
    'my-tickets-empty': { path: '/my/tickets', world: { as: 'user', empty: true } },
    'my-orders': { path: '/my/orders', world: fan },
    vendor: { path: '/vendor', world: vendor },
    'vendor-empty': { path: '/vendor', world: { as: 'vendor', empty: true } },
    'vendor-new': { path: '/vendor/new', world: vendor },
    'vendor-new-errors': { path: '/vendor/new', world: vendor, steps: [{ press: newEventTexts.publish }] },
    'vendor-live': { path: live, world: vendor },
    'vendor-pause': {
      path: live,
      world: vendor,
      steps: [{ press: vendorTexts.pause }, { fill: vendorTexts.reason, with: 'PA problem, 10 min.' }],
    },
    operator: { path: '/operator', world: operator },
    'operator-trouble': { path: '/operator', world: { as: 'operator', trouble: true } },
    'not-for-you': { path: '/operator', world: fan },
    'not-found': { path: '/nowhere', world: anyone },
    'draw-right': { path: check, world: { as: null, draw } },
    'draw-wrong': { path: check, world: { as: null, draw: damaged(draw) } },
    'draw-lobby': { path: check, world: { as: 'user', draw: beforeTheClose(draw) } },
    'draw-no-receipt': {
      path: check,
      world: { as: null, draw },
      steps: [{ fill: drawTexts.receiptLabel, with: 'not a receipt' }, { press: drawTexts.receiptCheck }],
    },
  };
}
