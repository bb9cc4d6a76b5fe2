/** Other programs, as the gallery shows them. */
import type { AppView, ConnectedAppView, ConsentView } from '../../server/protocol/oauth.ts';
import { at, id } from './fixtures.ts';

const DAY = 86_400_000;

export const CONNECTED: ConnectedAppView[] = [
  {
    clientId: id(970),
    name: 'Tidy Calendar',
    owner: 'Mole Concerts',
    scopes: ['openid', 'tickets:read'],
    since: at(-40 * DAY),
  },
  {
    clientId: id(971),
    name: 'The planner of the friends of chamber music at the harbour',
    owner: 'Harbour Friends',
    scopes: ['events:read', 'orders:write'],
    since: at(-2 * DAY),
  },
];

export const CONSENT: ConsentView = {
  requestId: 'gallery',
  app: { clientId: id(970), name: 'Tidy Calendar', owner: 'Mole Concerts' },
  scopes: ['openid', 'email', 'tickets:read', 'orders:write'],
  returnsTo: 'calendar.example',
};

export const OWN_APPS: AppView[] = [
  {
    clientId: id(970),
    name: 'Tidy Calendar',
    redirectUris: ['https://calendar.example/callback', 'http://127.0.0.1:8765/callback'],
    scopes: ['openid', 'email', 'tickets:read', 'orders:write'],
    kind: 'confidential',
    ownName: false,
    createdAt: at(-60 * DAY),
  },
  {
    clientId: id(972),
    name: 'Foyer screen',
    redirectUris: ['https://screen.example/in'],
    scopes: ['events:read', 'sales:read'],
    kind: 'public',
    ownName: false,
    createdAt: at(-3 * DAY),
  },
];
