/** One page of a list, as all of this slice's lists are asked for. */
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { UuidSchema } from '../protocol/index.ts';
import type { PageAsked } from './rows.ts';

export const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  { additionalProperties: false },
);

export const pageAsked = ({ cursor, limit }: Static<typeof PageQuery>): PageAsked => ({
  limit: limit ?? LIMITS.pageDefault,
  after: cursor ?? null,
});
