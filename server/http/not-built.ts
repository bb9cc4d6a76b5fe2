/** What the contract names and nobody has built yet answers 501 (rule X14); it disappears here by itself once a slice mounts it. */
import type { FastifyInstance, HTTPMethods } from 'fastify';
import { refuse } from '../protocol/index.ts';
import { answer } from '../transport/index.ts';
import type { RouteTable } from './route-table.ts';

/** The endpoint table of the requirements, whole. */
export const CONTRACT: readonly (readonly [HTTPMethods, string])[] = [
  ['POST', '/register'],
  ['POST', '/login'],
  ['POST', '/logout'],
  ['GET', '/events'],
  ['GET', '/events/:eventId'],
  ['GET', '/events/:eventId/tickets'],
  ['POST', '/tickets/book'],
  ['POST', '/tickets/refund'],
  ['POST', '/payment'],
  ['GET', '/vendors/payment-methods'],
  ['GET', '/loyalty-points'],
  ['POST', '/events'],
  ['POST', '/events/:eventId/payment-methods'],
  ['GET', '/vendors/:vendorId/sales'],
  ['GET', '/recommendations'],
  ['POST', '/users/:userId/upload-image'],
  ['GET', '/users/:userId/images'],
  ['PUT', '/events/:eventId'],
  ['PUT', '/vendors/payment-methods/:methodId'],
  ['PUT', '/users/:userId'],
  ['DELETE', '/events/:eventId'],
  ['DELETE', '/tickets/:ticketId'],
  ['DELETE', '/vendors/payment-methods/:methodId'],
  ['DELETE', '/users/:userId/images/:imageId'],
  ['HEAD', '/tickets/:ticketId'],
  ['HEAD', '/events/:eventId/tickets'],
];

export function addNotBuilt(app: FastifyInstance, table: RouteTable): void {
  for (const [method, url] of CONTRACT) {
    if (table.has(method, url)) continue;
    app.route({
      method,
      url,
      config: { access: 'public', ignoresCredentials: true },
      exposeHeadRoute: false,
      schema: { tags: ['to come'], summary: 'Not available yet' },
      handler: (_request, reply) => answer(reply, refuse('NOT_AVAILABLE')),
    });
  }
}
