/** What other programs may be allowed, and which routes that opens (rules Z20 to Z23). A route that is not here is closed to them. */

/** What is told of who one is; for log-in with us. */
export const IDENTITY_SCOPES = ['openid', 'profile', 'email'] as const;
/** What opens routes of the API. */
export const API_SCOPES = ['events:read', 'tickets:read', 'orders:write', 'sales:read'] as const;
export const SCOPES = [...IDENTITY_SCOPES, ...API_SCOPES] as const;
export type Scope = (typeof SCOPES)[number];
export type ApiScope = (typeof API_SCOPES)[number];

/** What a program may ask for in its own name: nothing that is a fan's. */
export const OWN_NAME_SCOPES: readonly Scope[] = ['events:read', 'sales:read'];

/** Method and Fastify's spelling of the path. A test looks that each of them exists. */
export const ROUTE_SCOPES: Readonly<Record<string, ApiScope>> = {
  'GET /events': 'events:read',
  'GET /events/:eventId': 'events:read',
  'GET /events/:eventId/tickets': 'events:read',
  'GET /drops/:dropId': 'events:read',
  'GET /me/tickets': 'tickets:read',
  'GET /tickets/:ticketId/ticket.pdf': 'tickets:read',
  'POST /tickets/book': 'orders:write',
  'GET /orders/:orderId': 'orders:write',
  'GET /vendors/me/events': 'sales:read',
  'GET /events/:eventId/sales': 'sales:read',
  'GET /vendors/:vendorId/sales': 'sales:read',
  'GET /vendors/:vendorId/affiliates': 'sales:read',
};

/** HEAD is GET without a body. */
export const scopeOf = (method: string, url: string): ApiScope | null =>
  ROUTE_SCOPES[`${method === 'HEAD' ? 'GET' : method} ${url}`] ?? null;

export const isApiScope = (scope: string): scope is ApiScope => API_SCOPES.some((known) => known === scope);
export const isScope = (scope: string): scope is Scope => SCOPES.some((known) => known === scope);

/** The known ones among the words of a scope parameter. */
export const scopesIn = (text: unknown): Scope[] =>
  typeof text === 'string' ? [...new Set(text.split(' '))].filter(isScope) : [];
