/** The API as the gallery's pages see it: what a request is answered in a given world. */
import type { SessionUser } from '../api.ts';
import { TERMS } from '../fan/gallery/till.ts';
import type { Standing } from '../push/here.ts';
import { PASSKEYS, profileOf, SESSIONS } from './account.ts';
import { AFFILIATES } from './affiliates.ts';
import { CONNECTED, CONSENT, OWN_APPS } from './apps.ts';
import type { ShownDraw } from './draw.ts';
import {
  dropState,
  EVENTS,
  LIVE,
  NOW,
  ORDERS,
  OWN_EVENTS,
  PEOPLE,
  quoteOf,
  REFUNDS,
  SALES,
  TICKETS,
  WAYS,
} from './fixtures.ts';
import {
  CARDS,
  CASES,
  CHANGES,
  CODES,
  DISPUTES,
  FINDINGS,
  MAILS,
  METHODS,
  OWN_MAILS,
  RUNS,
  ruleOf,
  WEBHOOKS,
  WHOLE_MAIL,
} from './money.ts';
import { health, invariants, openDrops, servicesIn } from './operations.ts';
import { PICKS } from './picks.ts';
import { OWN_PICTURES, PICTURE_CASES, PICTURES } from './pictures.ts';
import { pointsOf } from './points.ts';
import { DEVICES, REMINDERS } from './push.ts';
import { CHANNELS, geometryOf, MAPS, SEATING, seatDetail, seatStates } from './seats.ts';
import { ACTS, LOOK, MINE, teamOf } from './teams.ts';

export interface World {
  as: SessionUser['role'] | null;
  /** Nothing there yet. */
  empty?: boolean;
  /** The ledger is away. */
  away?: boolean;
  /** The card provider is away. */
  paused?: boolean;
  /** Something for the operator. */
  trouble?: boolean;
  draw?: ShownDraw;
  /** The live event has reserved seats. */
  seats?: boolean;
  /** What a misspelt search was read as. */
  readAs?: string;
  /** The live event has a picture of its own. */
  cover?: boolean;
  /** The provider elsewhere by which one may log in. */
  outside?: string;
  /** Whoever is logged in is in a vendor's team. */
  inTeam?: boolean;
  /** An imported map is refused. */
  brokenMap?: boolean;
  /** The ledger is away, and what was kept is shown. */
  asOf?: boolean;
  /** What the browser says of notifications; default: it was never asked. */
  push?: Exclude<Standing, 'default'>;
  /** There are reminders, and devices of which this is one. */
  told?: boolean;
}

export interface Answer {
  status: number;
  type: string;
  body: string;
}

const json = (body: unknown, status = 200): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});
const refused = (code: string, status: number, message: string): Answer =>
  json({ error: { code, message } }, status);
const NOT_FOUND = refused('NOT_FOUND', 404, 'There is nothing here, or it is not yours.');

function session(world: World): Answer {
  if (!world.as) return refused('UNAUTHENTICATED', 401, 'Please log in first.');
  return json({ accessToken: 'gallery', refreshToken: 'gallery', expiresIn: 600, user: PEOPLE[world.as] });
}

const list = (world: World, items: unknown[]): Answer =>
  json({ items: world.empty ? [] : items, nextCursor: null });

function search(world: World, url: URL): Answer {
  const words = world.readAs ?? url.searchParams.get('search')?.toLowerCase() ?? '';
  const { city, type } = Object.fromEntries(url.searchParams);
  const found = world.empty
    ? []
    : EVENTS.filter((event) => event.title.toLowerCase().includes(words))
        .filter((event) => !city || event.venue.city === city)
        .filter((event) => !type || event.type === type);
  return json({ items: found, nextCursor: null, readAs: world.readAs ?? null });
}

const count = (values: (string | null)[]) =>
  [...new Set(values)]
    .flatMap((value) =>
      value === null ? [] : [{ value, count: values.filter((each) => each === value).length }],
    )
    .sort((a, b) => b.count - a.count);
const facets = (world: World): Answer =>
  json({
    total: world.empty ? 0 : EVENTS.length,
    types: count(EVENTS.map((event) => event.type)),
    cities: count(EVENTS.map((event) => event.venue.city)),
    months: count(EVENTS.map((event) => event.startsAt.slice(0, 7))),
    currencies: count(EVENTS.map((event) => event.currency)),
    prices: [
      { fromCents: 1, toCents: 2_499, count: 1 },
      { fromCents: 2_500, toCents: 4_999, count: EVENTS.length - 1 },
    ],
  });

const DEMO = {
  services: {},
  edges: [],
  demo: {
    accounts: [
      { role: 'user', email: 'fan@demo.holdfast', password: 'a password made public' },
      { role: 'vendor', email: 'vendor@demo.holdfast', password: 'another one for all' },
    ],
  },
};

const BROKEN_MAP = json(
  {
    error: {
      code: 'INVALID_REQUEST',
      message: 'Something in this request is not right. See the named field.',
      details: {
        field: 'body',
        problems: [
          { at: '/sections/0/rows/1/seats/2', message: 'label 12 is there twice in row F of Stalls' },
          {
            at: '/sections/0/rows/1/seats/3',
            message: 'stands 2.1 from seat 12: nearer than a seat is wide',
          },
          { at: '/standing/0/capacity', message: 'must be a whole number from 1' },
        ],
      },
    },
  },
  400,
);

/** Those of the state that was asked for, or all. */
const inState =
  (items: readonly { status: string }[]) =>
  (world: World, url: URL): Answer => {
    const status = url.searchParams.get('status');
    return list(
      world,
      items.filter((item) => status === null || item.status === status),
    );
  };

const LINK_OVER = 'This link has been used, or its time is over. Ask for a new one.';

const FIXED: Record<string, (world: World, url: URL) => Answer> = {
  'POST /refresh': session,
  'GET /status': (world) => json({ ...DEMO, ...servicesIn(world) }),
  'GET /.well-known/jwks.json': () => json({ keys: [] }),
  'GET /events': search,
  'GET /events/facets': facets,
  'GET /recommendations': (world) => json(world.empty ? { items: [], fallback: false } : PICKS),
  'GET /loyalty-points': (world) => json(pointsOf(world)),
  'GET /me/cards': (world) => list(world, CARDS),
  'GET /me/mails': (world) => list(world, OWN_MAILS),
  'GET /me/tickets': (world) => list(world, TICKETS),
  'GET /me/orders': (world) => list(world, ORDERS),
  'GET /login/ways': (world) => json({ name: world.outside ?? null, tied: world.as ? true : null }),
  'GET /me/apps': (world) => json({ items: world.empty ? [] : CONNECTED }),
  'GET /me/teams': (world) => json({ items: world.inTeam ? MINE : [] }),
  'POST /me/teams/look': (world) => (world.empty ? refused('LINK_NOT_VALID', 410, LINK_OVER) : json(LOOK)),
  'POST /me/teams': () => json(MINE[0], 201),
  'GET /oauth/clients': (world) => json({ items: world.empty ? [] : OWN_APPS }),
  'POST /oauth/clients': () =>
    json({ ...OWN_APPS[0], clientSecret: 'hfs_gallery-gallery-gallery-gallery-gallery-gal' }, 201),
  'GET /oauth/consent/request': (world) => (world.empty ? NOT_FOUND : json(CONSENT)),
  'GET /sessions': (world) => json({ items: world.empty ? SESSIONS.slice(0, 1) : SESSIONS }),
  'GET /me/push': (world) => json({ items: world.empty ? [] : DEVICES }),
  'GET /me/reminders': (world) => json({ items: world.told ? REMINDERS : [] }),
  'GET /passkeys': (world) => json({ items: world.empty ? [] : PASSKEYS }),
  'POST /password/forgot': () => json({ accepted: true }, 202),
  'POST /password/reset': () => refused('LINK_NOT_VALID', 410, LINK_OVER),
  'POST /email/verify': () => json({ email: PEOPLE.user.email }),
  'POST /email/verification': () =>
    refused('RATE_LIMITED', 429, 'Too many attempts. Wait a while before trying again.'),
  'GET /me/refunds': (world) => list(world, REFUNDS),
  'GET /vendors/me/events': (world) => list(world, OWN_EVENTS),
  'GET /venue-maps': (world) => json({ items: world.empty ? [] : MAPS }),
  'POST /venue-maps': (world) => (world.brokenMap ? BROKEN_MAP : json(MAPS[0], 201)),
  'GET /vendors/payment-methods': (world) => json({ items: world.empty ? [] : METHODS }),
  'GET /operations/refunds': inState(CASES),
  'GET /operations/disputes': (world) => list(world, DISPUTES),
  'GET /operations/webhooks': inState(WEBHOOKS),
  'GET /operations/reconciliations': (world) => list(world, RUNS),
  'GET /operations/findings': inState(FINDINGS),
  'GET /operations/mails': inState(MAILS),
  'GET /operations/images': (world, url) =>
    list(
      world,
      PICTURE_CASES.filter((one) => one.hidden === (url.searchParams.get('status') === 'hidden')),
    ),
  'GET /operations/drops': (world) => json({ items: openDrops(world.trouble ?? false) }),
  'GET /operations/health': (world) => json(health(world.trouble ?? false)),
  'GET /operations/invariants': (world) => json(invariants(world.trouble ?? false)),
};

/** What an event with seats answers besides; null: as any other. */
async function bySeat(world: World, [, kind, key, part, detail]: readonly string[]): Promise<Answer | null> {
  if (kind === 'venue-maps') {
    const geometry = geometryOf(key);
    return geometry ? json(geometry) : NOT_FOUND;
  }
  if (!world.seats || (key !== SEATING.eventId && key !== SEATING.dropId)) return null;
  switch (`${kind}/${part ?? ''}`) {
    case 'events/':
      return json({ ...EVENTS.find((each) => each.id === key), mapId: SEATING.mapId });
    case 'events/seating':
      return json(SEATING);
    case 'events/channels':
      return json({ items: world.empty ? [] : CHANNELS });
    case 'events/seats': {
      const seat = seatDetail(detail ?? '');
      return seat ? json(seat) : NOT_FOUND;
    }
    case 'drops/seats':
      return json(await seatStates());
    default:
      return null;
  }
}

const payLink = (token: string): Answer =>
  token === 'over'
    ? refused('ORDER_EXPIRED', 410, 'This order ran out of time and its tickets went back.')
    : json({ order: ORDERS[0], ways: WAYS });

/** What an event took, by tier, day, channel or affiliate. */
const takings = (by: string | null) =>
  [
    {
      tier: 'Floor',
      day: '2026-03-12',
      channel: 'direct',
      affiliate: 'Anna’s harbour walks',
      commissionCents: 30_900,
      tickets: 412,
      refundedCents: 7_506,
      netCents: 1_538_730,
    },
    {
      tier: 'Balcony',
      day: '2026-03-13',
      channel: 'Friends of the house',
      affiliate: null,
      commissionCents: 0,
      tickets: 96,
      refundedCents: 0,
      netCents: 432_000,
    },
  ].map((row) => ({
    currency: 'EUR',
    ...row,
    tier: by === 'tier' ? row.tier : null,
    day: by === 'day' ? row.day : null,
    channel: by === 'channel' ? row.channel : null,
    affiliate: by === 'affiliate' ? row.affiliate : null,
    affiliateId: null,
  }));

function byId(world: World, path: string, by: string | null): Answer {
  const [, kind, key, part, detail] = path.split('/');
  if (kind === 'events') {
    const event = EVENTS.find((each) => each.id === key);
    if (!event) return NOT_FOUND;
    if (part === 'terms') return json(TERMS);
    if (part === 'payment-methods') return json({ items: world.empty ? [] : WAYS });
    if (part === 'codes') return list(world, CODES);
    if (part === 'price-changes') return list(world, CHANGES);
    if (part === 'refunds') return list(world, CASES);
    // Where anybody may come by: the others are seen as before there were pictures.
    if (part === 'images') return list(world, event.id === LIVE.id ? PICTURES : []);
    if (part === 'sales') return json(SALES);
    return json(world.cover ? { ...event, imageUrl: `${PICTURES[1]?.url}#` } : event);
  }
  if (kind === 'tickets' && part === 'refund') return json(quoteOf(key ?? ''));
  if (kind === 'tiers' && part === 'price-rule') return json(ruleOf(key ?? ''));
  if (path === `/me/mails/${WHOLE_MAIL.mail.id}/page`)
    return { status: 200, type: 'text/html', body: WHOLE_MAIL.html };
  if (kind === 'vendors' && part === 'affiliates') return list(world, [...AFFILIATES]);
  if (kind === 'vendors' && part === 'sales') return json({ rows: world.empty ? [] : takings(by) });
  if (kind === 'vendors' && part === 'team')
    return detail === 'acts' ? list(world, ACTS) : json(teamOf(world.empty ?? false));
  if (kind === 'users' && part === 'images') return list(world, OWN_PICTURES);
  if (kind === 'users') return json(profileOf(world.empty ?? false));
  if (kind === 'pay') return payLink(key ?? '');
  if (path === `/me/mails/${WHOLE_MAIL.mail.id}`) return json(WHOLE_MAIL);
  if (kind !== 'drops') return NOT_FOUND;
  if (part === 'draw') {
    if (!world.draw) return NOT_FOUND;
    const lines = world.draw.places.map((place) => `${JSON.stringify(place)}\n`).join('');
    return detail === 'places'
      ? { status: 200, type: 'application/x-ndjson', body: lines }
      : json(world.draw.draw);
  }
  const event = EVENTS.find((each) => each.drop?.id === key);
  return event ? json(dropState(event)) : NOT_FOUND;
}

/** `drawQr` makes the picture of a ticket's code, as the server does. */
export async function answerIn(
  world: World,
  method: string,
  url: URL,
  drawQr: (code: string) => Promise<string>,
): Promise<Answer> {
  const fixed = FIXED[`${method} ${url.pathname}`];
  if (world.away && url.pathname !== '/refresh')
    return refused('TEMPORARILY_UNAVAILABLE', 503, 'One moment: the ledger does not answer just now.');
  if (fixed) return fixed(world, url);
  const ticketId = /^\/tickets\/([^/]+)\/qr$/.exec(url.pathname)?.[1];
  const ticket = TICKETS.find((each) => each.id === ticketId);
  if (ticket?.qr) return { status: 200, type: 'image/svg+xml', body: await drawQr(ticket.qr) };
  return (
    (await bySeat(world, url.pathname.split('/'))) ?? byId(world, url.pathname, url.searchParams.get('by'))
  );
}

/** What every answer says of the time: the gallery's own. */
export const headersIn = (world: World): Record<string, string> => ({
  date: new Date(NOW).toUTCString(),
  ...(world.asOf ? { 'holdfast-as-of': new Date(NOW - 4 * 60_000).toISOString() } : {}),
});
