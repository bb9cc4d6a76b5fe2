/** HTTP edge of mails: one's own, all of them for operators, and asking for an order's tickets again. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { MailView, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Delivery } from './index.ts';

const tags = ['mails'];
const strict = { additionalProperties: false } as const;
const MailParams = Type.Object({ mailId: UuidSchema }, strict);
const OrderParams = Type.Object({ orderId: UuidSchema }, strict);
const page = {
  cursor: Type.Optional(UuidSchema),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
};
const PageQuery = Type.Object(page, strict);
const OperatedQuery = Type.Object(
  { ...page, status: Type.Optional(Type.Enum(['queued', 'sent', 'failed'])) },
  strict,
);
const Nullable = Type.Union([Type.String(), Type.Null()]);
const MailList = Type.Object({ items: Type.Array(MailView), nextCursor: Nullable });
const OperatedMailView = Type.Object({
  ...MailView.properties,
  failure: Nullable,
  requestedBy: Nullable,
  reason: Nullable,
});
const OperatedList = Type.Object({ items: Type.Array(OperatedMailView), nextCursor: Nullable });
const WholeMail = Type.Object({ mail: MailView, html: Nullable, text: Nullable });
const MailBody = Type.Object({ mail: MailView });
const ReasonBody = Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, strict);

/**
 * A mail as a document of its own, for a frame of the mailbox page (rule M24): no script runs, nothing is loaded but the
 * pictures inside, it is nobody's origin, and only our own pages may frame it;
 * a link that somebody presses opens in a window of its own. Mails are styled in place, which the policy of
 * the pages does not allow: hence not a part of the page itself.
 */
const MAIL_POLICY =
  "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox";

const privately = (reply: FastifyReply) => reply.header('cache-control', 'private, no-store');

export function mailRoutes(fastify: FastifyInstance, { delivery }: { delivery: Delivery }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const own = { access: 'account', owns: 'mail', perMinute: LIMITS.documentsPerMinute } as const;

  app.get(
    '/me/mails',
    {
      config: { access: 'account' },
      schema: { tags, summary: 'Mails sent to me', querystring: PageQuery, response: { 200: MailList } },
    },
    async (request, reply) => {
      const { limit, cursor } = request.query;
      const found = await delivery.mails.mine(
        accountOf(request).id,
        limit ?? LIMITS.pageDefault,
        cursor ?? null,
      );
      return privately(reply).send(found);
    },
  );

  app.get(
    '/me/mails/:mailId',
    {
      config: own,
      schema: { tags, summary: 'One mail, whole', params: MailParams, response: { 200: WholeMail } },
    },
    async (request, reply) =>
      answer(privately(reply), await delivery.mails.read(accountOf(request).id, request.params.mailId)),
  );

  app.get(
    '/me/mails/:mailId/page',
    { config: own, schema: { tags, summary: 'One mail as a page of its own', params: MailParams } },
    async (request, reply) => {
      const mail = await delivery.mails.read(accountOf(request).id, request.params.mailId);
      if (!mail.ok) return answer(reply, mail);
      return privately(reply)
        .headers({ 'content-security-policy': MAIL_POLICY, 'x-frame-options': 'SAMEORIGIN' })
        .type('text/html; charset=utf-8')
        .send(mail.value.html ?? '');
    },
  );

  app.post(
    '/orders/:orderId/resend',
    {
      config: { access: 'account', owns: 'order' },
      schema: { tags, summary: 'Send my tickets again', params: OrderParams, response: { 202: MailBody } },
    },
    async (request, reply) => {
      const { id: actorId } = accountOf(request);
      const sent = await delivery.resend({ orderId: request.params.orderId, actorId, reason: null });
      return answer(reply, sent.ok ? { ok: true, value: { mail: sent.value } } : sent, 202);
    },
  );

  app.post(
    '/operations/orders/:orderId/resend',
    {
      config: { access: 'operator', owns: 'order' },
      schema: {
        tags: ['operations'],
        summary: "Send an order's tickets again, saying why",
        params: OrderParams,
        body: ReasonBody,
        response: { 202: MailBody },
      },
    },
    async (request, reply) => {
      const { id: actorId } = accountOf(request);
      const { reason } = request.body;
      const sent = await delivery.resend({ orderId: request.params.orderId, actorId, reason });
      return answer(reply, sent.ok ? { ok: true, value: { mail: sent.value } } : sent, 202);
    },
  );

  app.get(
    '/operations/mails',
    {
      config: { access: 'operator' },
      schema: {
        tags: ['operations'],
        summary: 'All mails, and what became of them',
        querystring: OperatedQuery,
        response: { 200: OperatedList },
      },
    },
    async (request, reply) => {
      const { limit, cursor, status } = request.query;
      const found = await delivery.mails.all(status ?? null, limit ?? LIMITS.pageDefault, cursor ?? null);
      return privately(reply).send(found);
    },
  );
}
