/** Affiliates over HTTP: the thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { AffiliateView, AffiliationView, refuse, UuidSchema } from '../protocol/index.ts';
import { type Account, accountOf, answer } from '../transport/index.ts';
import { AffiliateBody, AffiliateEdit, type Affiliates } from './affiliates.ts';

const tags = ['affiliates'];
const strict = { additionalProperties: false } as const;
const PageQuery = Type.Object(
  {
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
const byVendor = Type.Object({ vendorId: UuidSchema }, strict);
const byAffiliate = Type.Object({ vendorId: UuidSchema, affiliateId: UuidSchema }, strict);
const pageOf = <T extends Parameters<typeof Type.Array>[0]>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });

const privately = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'private, no-store');
const isOwn = (account: Account, vendorId: string): boolean =>
  account.role === 'operator' || account.id === vendorId.toLowerCase();

export function affiliateRoutes(fastify: FastifyInstance, { affiliates }: { affiliates: Affiliates }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/vendors/:vendorId/affiliates',
    {
      config: { access: 'vendor', owns: 'user' },
      schema: {
        tags,
        summary: 'Who sends fans to a vendor’s sales, and what that was worth',
        params: byVendor,
        querystring: PageQuery,
        response: { 200: pageOf(AffiliateView) },
      },
    },
    async (request, reply) => {
      const { vendorId } = request.params;
      if (!isOwn(accountOf(request), vendorId)) return answer(reply, refuse('NOT_FOUND'));
      const { limit = LIMITS.pageDefault, cursor = null } = request.query;
      return privately(reply).send(await affiliates.list(vendorId, limit, cursor));
    },
  );

  app.post(
    '/vendors/:vendorId/affiliates',
    {
      config: { access: 'vendor', owns: 'user' },
      schema: {
        tags,
        summary: 'Add an affiliate',
        params: byVendor,
        body: AffiliateBody,
        response: { 201: AffiliateView },
      },
    },
    async (request, reply) => {
      const { vendorId } = request.params;
      if (!isOwn(accountOf(request), vendorId)) return answer(reply, refuse('NOT_FOUND'));
      return answer(privately(reply), await affiliates.create(vendorId, request.body), 201);
    },
  );

  app.put(
    '/vendors/:vendorId/affiliates/:affiliateId',
    {
      config: { access: 'vendor', owns: 'user' },
      schema: {
        tags,
        summary: 'Change an affiliate, or end it: what was earned stays',
        params: byAffiliate,
        body: AffiliateEdit,
        response: { 200: AffiliateView },
      },
    },
    async (request, reply) => {
      const { vendorId, affiliateId } = request.params;
      if (!isOwn(accountOf(request), vendorId)) return answer(reply, refuse('NOT_FOUND'));
      return answer(privately(reply), await affiliates.edit(vendorId, affiliateId, request.body));
    },
  );

  app.get(
    '/me/affiliations',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'What came by my links as an affiliate',
        querystring: PageQuery,
        response: { 200: pageOf(AffiliationView) },
      },
    },
    async (request, reply) => {
      const { limit = LIMITS.pageDefault, cursor = null } = request.query;
      return privately(reply).send(await affiliates.ofAccount(accountOf(request).id, limit, cursor));
    },
  );
}
