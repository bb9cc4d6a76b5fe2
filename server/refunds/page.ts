/** One page of a list, as all of this slice's lists are asked for. */
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { UuidSchema } from '../protocol/index.ts';
import type { PageAsked } from './view.ts';

export const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  { additionalProperties: false },
);

export const pageOf = (query: Static<typeof PageQuery>): PageAsked => ({
  limit: query.limit ?? LIMITS.pageDefault,
  after: query.cursor ?? null,
});

/** What is one person's is for no cache. */
export const privately = (reply: FastifyReply): FastifyReply =>
  reply.header('cache-control', 'private, no-store');
