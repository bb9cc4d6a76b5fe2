/** Ways to pay over HTTP: the thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../../limits.ts';
import { PaymentMethodView, type Result, UuidSchema, WayToPay } from '../../protocol/index.ts';
import { accountOf, answer } from '../../transport/index.ts';
import { AddBody, ChangeBody } from './bodies.ts';
import type { Choose } from './choose.ts';
import type { Manage } from './manage.ts';

export interface MethodRoutesDeps {
  manage: Manage;
  ways: Choose['ways'];
}

const tags = ['ways to pay'];
const byEvent = Type.Object({ eventId: UuidSchema });
const byMethod = Type.Object({ methodId: UuidSchema });
const byBoth = Type.Object({ eventId: UuidSchema, methodId: UuidSchema });
const MethodList = Type.Object({ items: Type.Array(PaymentMethodView) });
const WayList = Type.Object({ items: Type.Array(WayToPay) });
/** Asking whose account a key opens costs its provider something. */
const perMinute = LIMITS.methodChangesPerMinute;
const own = { access: 'vendor', owns: 'method', perMinute } as const;

function sendMethod(reply: FastifyReply, result: Result<PaymentMethodView>, status = 200): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (result.ok) reply.header('etag', `"${result.value.version}"`);
  return answer(reply, result, status);
}

function eventRoutes(fastify: FastifyInstance, { manage, ways }: MethodRoutesDeps): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const event = { access: 'vendor', owns: 'event', perMinute } as const;

  app.get(
    '/events/:eventId/payment-methods',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'What one may pay with for an event',
        params: byEvent,
        response: { 200: WayList },
      },
    },
    async (request, reply) => {
      const found = await ways(request.params.eventId, request.account);
      reply.header('cache-control', 'private, no-cache').header('vary', 'authorization, cookie');
      return found.ok ? reply.send({ items: found.value }) : answer(reply, found);
    },
  );

  app.post(
    '/events/:eventId/payment-methods',
    {
      config: event,
      schema: {
        tags,
        summary: 'Take one of my ways to pay for an event, or a new one',
        params: byEvent,
        body: AddBody,
        response: { 201: PaymentMethodView },
      },
    },
    async (request, reply) =>
      sendMethod(reply, await manage.add(accountOf(request), request.params.eventId, request.body), 201),
  );

  app.delete(
    '/events/:eventId/payment-methods/:methodId',
    {
      config: event,
      schema: {
        tags,
        summary: 'No longer take one of my ways to pay for an event',
        params: byBoth,
        response: { 200: PaymentMethodView },
      },
    },
    async (request, reply) => {
      const { eventId, methodId } = request.params;
      return sendMethod(reply, await manage.detach(accountOf(request), eventId, methodId));
    },
  );
}

export function methodRoutes(fastify: FastifyInstance, deps: MethodRoutesDeps): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const { manage } = deps;
  eventRoutes(fastify, deps);

  app.get(
    '/vendors/payment-methods',
    {
      config: { access: 'vendor' },
      schema: { tags, summary: 'My ways to pay', response: { 200: MethodList } },
    },
    async (request, reply) =>
      reply.header('cache-control', 'no-store').send({ items: await manage.list(accountOf(request)) }),
  );

  app.put(
    '/vendors/payment-methods/:methodId',
    {
      config: own,
      schema: {
        tags,
        summary: 'Rename, restrict, switch off a way to pay, or replace its credentials',
        params: byMethod,
        body: ChangeBody,
        response: { 200: PaymentMethodView },
      },
    },
    async (request, reply) => {
      const { params, body, headers } = request;
      return sendMethod(
        reply,
        await manage.change(accountOf(request), params.methodId, body, headers['if-match']),
      );
    },
  );

  app.delete(
    '/vendors/payment-methods/:methodId',
    {
      config: own,
      schema: {
        tags,
        summary: 'Remove a way to pay; payments through it still come to their end',
        params: byMethod,
        response: { 200: PaymentMethodView },
      },
    },
    async (request, reply) => {
      const { params, headers } = request;
      return sendMethod(reply, await manage.remove(accountOf(request), params.methodId, headers['if-match']));
    },
  );
}
