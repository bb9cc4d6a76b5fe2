/** One exchange for each route, right in every way, sent by who may: what the description's examples are recorded from. */
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import type { House } from '../compose.ts';
import { aNight, form } from '../pictures/testing.ts';
import type { TestWorld } from '../stores/testing.ts';
import type { RouteEntry } from './route-table.ts';
import { call } from './testing.ts';
import { type Belongings, makeBelongings, ONE_SEAT } from './testing-house.ts';
import { requestFor } from './testing-requests.ts';

export interface Exchange {
  request: unknown;
  status: number;
  /** Of the answer's body; null: none. */
  type: string | null;
  /** Null: not JSON. */
  response: unknown;
}

/** Words for what a body may have, in place of a generated "sample". */
const WORDS = {
  title: 'Harbour Lights',
  type: 'concert',
  artist: 'The Tidelines',
  description: 'Two sets, one break, doors an hour before.',
  name: 'Kelp Hall',
  city: 'Bremen',
  timeZone: 'Europe/Berlin',
  reason: 'We changed our plans.',
  label: 'Box office',
  currency: 'EUR',
};
const EVENT = {
  title: 'Harbour Lights',
  type: 'concert',
  artist: 'The Tidelines',
  venue: { name: 'Kelp Hall', city: 'Bremen', timeZone: 'Europe/Berlin' },
  startsAt: '2030-06-01T18:30:00.000Z',
  status: 'published',
  tiers: [{ name: 'Standing', priceCents: 4_500, currency: 'EUR', quantity: 200 }],
};
const PICTURE = { create: { width: 640, height: 480, channels: 3 as const, background: '#0b6e66' } };

/** Those about what was paid for: asked about a real purchase. */
const PAID = new Set([
  'POST /tickets/refund',
  'GET /tickets/:ticketId/refund',
  'DELETE /tickets/:ticketId',
  'POST /orders/:orderId/resend',
  'POST /operations/orders/:orderId/resend',
  'POST /operations/refunds',
  'GET /orders/:orderId/tickets.pdf',
  'GET /orders/:orderId/invoice.pdf',
]);
/** An event on sale that nothing was sold of. */
const UNSOLD = new Set(['DELETE /events/:eventId']);

export interface Stage {
  world: TestWorld;
  house: House;
  app: FastifyInstance;
}
type Headers = Record<string, string>;

async function signedInAs({ house }: Stage, userId: string): Promise<Headers> {
  const session = await house.accounts.signInAs(userId);
  if (!session.ok) throw new Error(session.error.code);
  return { authorization: `Bearer ${session.value.accessToken}` };
}

/** Who may ask, with their bearer. */
async function mayAsk(stage: Stage, { access }: RouteEntry, mine: Belongings): Promise<Headers> {
  if (access === 'public') return {};
  if (access === 'operator') return signedInAs(stage, (await stage.world.createUser('operator')).id);
  return signedInAs(stage, access === 'vendor' ? mine.vendorId : mine.fanId);
}

/** What a generated body cannot know: right passwords, secrets of links, a whole map. */
async function saidTo({ house }: Stage, name: string, mine: Belongings): Promise<unknown> {
  switch (name) {
    case 'POST /register':
      return { email: 'ann@fans.example', password: 'three blue herons', name: 'Ann Rivers', role: 'user' };
    case 'POST /login':
      return { email: mine.fanEmail, password: mine.password };
    case 'POST /refresh': {
      const session = await house.accounts.signInAs(mine.fanId);
      return session.ok ? { refreshToken: session.value.refreshToken } : undefined;
    }
    case 'POST /password/forgot':
      return { email: 'ann@fans.example' };
    case 'POST /events':
      return EVENT;
    case 'POST /venue-maps':
      return ONE_SEAT;
    case 'POST /oauth/clients':
      return {
        name: 'Planner',
        redirectUris: ['https://app.example/callback'],
        scopes: ['tickets:read'],
        kind: 'public',
      };
    case 'POST /events/:eventId/payment-methods':
      return { provider: 'cash_on_arrival', label: 'At the door' };
    case 'POST /me/teams':
    case 'POST /me/teams/look':
      return { secret: String(await house.accounts.letters.linkOf(mine.invitationId)).split('#')[1] };
    case 'POST /tickets/refund':
      return { ticketIds: [mine.ticketId], reason: 'I fell ill.' };
    default:
      return undefined;
  }
}

/** The belongings with an event just put on sale in place of theirs and, if asked, a ticket just bought there. */
async function withSale(stage: Stage, mine: Belongings, buys: boolean): Promise<Belongings> {
  const { app, house } = stage;
  const [vendor, fan] = [await signedInAs(stage, mine.vendorId), await signedInAs(stage, mine.fanId)];
  const made = await call(app, 'POST', '/events', { headers: vendor, body: EVENT });
  if (made.status !== 201) throw new Error(made.text);
  const [eventId, tierId] = [made.body.id as string, made.body.tiers[0].id as string];
  if (!buys) return { ...mine, eventId, tierId };
  const items = [{ tierId, quantity: 1 }];
  const booked = await call(app, 'POST', '/tickets/book', { headers: fan, body: { eventId, items } });
  const orderId = booked.body.order.id as string;
  const method = { provider: 'test', card: '4242424242424242' };
  const paid = await call(app, 'POST', '/payment', { headers: fan, body: { orderId, method } });
  if (paid.status !== 200) throw new Error(paid.text);
  await house.delivery.jobs['order.paid']?.({ orderId });
  return { ...mine, eventId, tierId, orderId, ticketId: paid.body.tickets[0].id as string };
}

/** A picture of a night one was at, or of a vendor's event. */
async function sendPicture(stage: Stage, name: string, mine: Belongings) {
  const picture = await sharp(PICTURE).jpeg().toBuffer();
  const ofNight = name.startsWith('POST /users');
  const night = ofNight ? await aNight(stage.world) : null;
  const to = night ? `/users/${night.fanId}/upload-image` : `/events/${mine.eventId}/image`;
  const sender = await signedInAs(stage, night?.fanId ?? mine.vendorId);
  const { payload, headers } = form(picture, night ? { eventId: night.event.eventId } : {});
  const answer = await stage.app.inject({
    method: ofNight ? 'POST' : 'PUT',
    url: to,
    payload,
    headers: { ...sender, ...headers },
  });
  return {
    status: answer.statusCode,
    headers: answer.headers,
    text: answer.body,
    body: answer.json() as unknown,
  };
}

const PICTURES = ['POST /users/:userId/upload-image', 'PUT /events/:eventId/image'];

export async function exchange(stage: Stage, route: RouteEntry): Promise<Exchange> {
  const { world, app } = stage;
  const name = `${route.method} ${route.url}`;
  const made = await makeBelongings(world);
  const mine = PAID.has(name) || UNSOLD.has(name) ? await withSale(stage, made, PAID.has(name)) : made;
  const { method, url, options } = requestFor(world.ids, route, mine, WORDS);
  const request = (await saidTo(stage, name, mine)) ?? options.body;
  const headers = await mayAsk(stage, route, mine);
  const answer = PICTURES.includes(name)
    ? await sendPicture(stage, name, mine)
    : await call(app, method, url, { headers, ...(request === undefined ? {} : { body: request }) });
  return {
    request,
    status: answer.status,
    type: answer.text ? (String(answer.headers['content-type']).split(';')[0] ?? null) : null,
    response: answer.body,
  };
}
