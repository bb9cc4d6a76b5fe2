/** Which right opens which route to members of a vendor's team (rules VT1, VT3). A route that is not here is not opened by the header. */
import { TEAM_RIGHTS, type TeamRight } from '../protocol/index.ts';

/** `member`: whatever the rights. */
export type NeededRight = TeamRight | 'member';

/** Method and Fastify's spelling of the path. A test looks that each exists, and that each of a vendor's routes is here or is the vendor's own. */
export const ROUTE_RIGHTS: Readonly<Record<string, NeededRight>> = {
  // Open to anybody; drafts show themselves to members.
  'GET /events/:eventId': 'member',
  'GET /events/:eventId/tickets': 'member',
  'GET /events/:eventId/seating': 'member',
  'GET /events/:eventId/terms': 'member',
  'GET /events/:eventId/payment-methods': 'member',
  'GET /vendors/me/events': 'member',

  'POST /events': 'events',
  'PUT /events/:eventId': 'events',
  'DELETE /events/:eventId': 'events',
  'PUT /events/:eventId/image': 'events',
  'DELETE /events/:eventId/image': 'events',
  'POST /drops/:dropId/pause': 'events',
  'POST /drops/:dropId/resume': 'events',
  'POST /drops/:dropId/end': 'events',
  'POST /drops/:dropId/cancel': 'events',
  'PATCH /drops/:dropId': 'events',
  'GET /venue-maps': 'events',
  'POST /venue-maps': 'events',
  'GET /venue-maps/:mapId/document': 'events',
  'PUT /events/:eventId/seating': 'events',
  'PATCH /events/:eventId/seating': 'events',
  'GET /events/:eventId/seats/:seatId': 'events',
  'POST /tickets/:ticketId/move': 'events',
  'GET /events/:eventId/channels': 'events',
  'POST /events/:eventId/channels': 'events',
  'PUT /events/:eventId/channels/:channel/seats': 'events',
  'DELETE /events/:eventId/channels/:channel': 'events',
  'PUT /events/:eventId/terms': 'events',
  'GET /events/:eventId/codes': 'events',
  'POST /events/:eventId/codes': 'events',
  'PUT /events/:eventId/codes/:codeId': 'events',
  'DELETE /events/:eventId/codes/:codeId': 'events',
  'PUT /tiers/:tierId/price': 'events',
  'PUT /tiers/:tierId/presale': 'events',
  'GET /events/:eventId/price-changes': 'events',
  'GET /tiers/:tierId/price-rule': 'events',
  'PUT /tiers/:tierId/price-rule': 'events',
  'DELETE /tiers/:tierId/price-rule': 'events',

  'GET /events/:eventId/sales': 'sales',
  'GET /vendors/:vendorId/sales': 'sales',

  // It gives money back.
  'POST /events/:eventId/cancel': 'money',
  'GET /events/:eventId/refunds': 'money',
  'POST /events/:eventId/payment-methods': 'money',
  'DELETE /events/:eventId/payment-methods/:methodId': 'money',
  'GET /vendors/:vendorId/affiliates': 'money',
  'POST /vendors/:vendorId/affiliates': 'money',
  'PUT /vendors/:vendorId/affiliates/:affiliateId': 'money',
  'GET /vendors/payment-methods': 'money',
  'PUT /vendors/payment-methods/:methodId': 'money',
  'DELETE /vendors/payment-methods/:methodId': 'money',

  'GET /vendors/:vendorId/team': 'team',
  'GET /vendors/:vendorId/team/acts': 'team',
  'POST /vendors/:vendorId/team/invitations': 'team',
  'DELETE /vendors/:vendorId/team/invitations/:invitationId': 'team',
  'PUT /vendors/:vendorId/team/members/:userId': 'team',
  'DELETE /vendors/:vendorId/team/members/:userId': 'team',
};

/** A vendor's own: members are let into none of these. */
export const OWNER_ALONE: readonly string[] = [
  'GET /oauth/clients',
  'POST /oauth/clients',
  'DELETE /oauth/clients/:clientId',
];

/** HEAD is GET without a body. Null: the header opens nothing here. */
export const rightFor = (method: string, url: string): NeededRight | null =>
  ROUTE_RIGHTS[`${method === 'HEAD' ? 'GET' : method} ${url}`] ?? null;

/** In the order they are told in. */
export const ordered = (rights: Iterable<TeamRight>): TeamRight[] => {
  const had = new Set(rights);
  return TEAM_RIGHTS.filter((right) => had.has(right));
};

/** Whether what is given or taken is all their own (rule VT20). */
export const covers = (own: ReadonlySet<TeamRight>, rights: readonly TeamRight[]): boolean =>
  rights.every((right) => own.has(right));
