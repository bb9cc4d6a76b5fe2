/** Webhooks over HTTP: where providers post, and where operators look. The thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../../limits.ts';
import { UuidSchema, WebhookView } from '../../protocol/index.ts';
import { answer } from '../../transport/index.ts';
import type { WebhookOutcome } from './count.ts';
import type { Webhooks } from './index.ts';

const strict = { additionalProperties: false } as const;
const byMethod = Type.Object({ methodId: UuidSchema });
const Answer = Type.Object({ received: Type.Boolean(), duplicate: Type.Boolean() });

/** A machine posts here that has no account: its signature is all there is. Deliveries come in bursts. */
const config = { access: 'public', ignoresCredentials: true, unlimited: true } as const;

const OUTCOMES: Partial<Record<string, WebhookOutcome>> = {
  SIGNATURE_INVALID: 'invalid_signature',
  INVALID_REQUEST: 'malformed',
  NOT_FOUND: 'not_ours',
};

/** Its own scope: nowhere else is a body taken as it comes. */
export function webhookRoutes(fastify: FastifyInstance, { webhooks }: { webhooks: Webhooks }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.removeAllContentTypeParsers();
  // A signature is over bytes: parsed and written anew, they would be others.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: LIMITS.webhookBodyMaxBytes },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onError', async (_request, _reply, err: FastifyError) => {
    if (err.code === 'FST_ERR_CTP_BODY_TOO_LARGE') webhooks.count('too_large');
  });

  async function take(request: FastifyRequest, reply: FastifyReply, methodId: string | null) {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const header = request.headers['stripe-signature'];
    const received = await webhooks.receive(methodId, body, typeof header === 'string' ? header : undefined);
    if (received.ok) webhooks.count(received.value.duplicate ? 'duplicate' : 'received');
    else {
      webhooks.count(OUTCOMES[received.error.code] ?? 'not_ours');
      request.log.warn({ code: received.error.code, methodId }, 'webhook refused');
    }
    return answer(reply.header('cache-control', 'no-store'), received);
  }

  const options = { config, bodyLimit: LIMITS.webhookBodyMaxBytes };
  const tags = ['webhooks'];
  app.post(
    '/webhooks/stripe',
    { ...options, schema: { tags, summary: 'Where Stripe posts its events', response: { 200: Answer } } },
    (request, reply) => take(request, reply, null),
  );
  app.post(
    '/webhooks/stripe/:methodId',
    {
      ...options,
      schema: {
        tags,
        summary: 'The same, for a way to pay with an account of its own',
        params: byMethod,
        response: { 200: Answer },
      },
    },
    (request, reply) => take(request, reply, request.params.methodId),
  );
}

const ListQuery = Type.Object(
  {
    status: Type.Optional(WebhookView.properties.status),
    cursor: Type.Optional(UuidSchema),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.pageMax })),
  },
  strict,
);
const WebhookPage = Type.Object({
  items: Type.Array(WebhookView),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});

export function webhookOperatorRoutes(fastify: FastifyInstance, { webhooks }: { webhooks: Webhooks }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const operator = { access: 'operator', perMinute: 120 } as const;
  const tags = ['operations'];

  app.get(
    '/operations/webhooks',
    {
      config: operator,
      schema: {
        tags,
        summary: 'What payment providers told us, and what became of it',
        querystring: ListQuery,
        response: { 200: WebhookPage },
      },
    },
    async (request, reply) => {
      const { status, cursor, limit = LIMITS.pageDefault } = request.query;
      return reply.header('cache-control', 'no-store').send(await webhooks.list(status, cursor, limit));
    },
  );

  app.post(
    '/operations/webhooks/:id/retry',
    {
      config: operator,
      schema: {
        tags,
        summary: 'Process one anew that was given up or ignored',
        params: Type.Object({ id: UuidSchema }),
        response: { 202: WebhookView },
      },
    },
    async (request, reply) => answer(reply, await webhooks.retry(request.params.id), 202),
  );
}
