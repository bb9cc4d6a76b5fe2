/** Events over HTTP: the thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { EventView, type Result, TierView, UuidSchema } from '../protocol/index.ts';
import { BrowseQuery } from '../search/index.ts';
import { type Account, accountOf, answer, markAsOf, type Shown, sendTagged } from '../transport/index.ts';
import { CancelBody } from './cancel.ts';
import { etagOf, versionOf } from './etag.ts';
import { EventBody, EventEdit } from './event.ts';
import type { Catalog } from './index.ts';

const byEvent = Type.Object({ eventId: UuidSchema });
const EventPage = Type.Object({
  items: Type.Array(EventView),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
  /** What was searched for instead, where a word stands nowhere. */
  readAs: Type.Union([Type.String(), Type.Null()]),
});
const TierList = Type.Object({ tiers: Type.Array(TierView) });
const tags = ['events'];
/** Kept for everybody, and so also shown to whom nobody can tell from a stranger just now (rule X54). */
const shownToAll = { access: 'public', whileLedgerAway: true } as const;

/** What a viewer sees may depend on who they are, and changes with each ticket sold: caches ask again each time. */
function revalidate(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'private, no-cache').header('vary', 'authorization, cookie');
}

/** With its ETag, or 304 for who has it. */
function sendShown<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  result: Result<Shown<T>>,
  prefix: (value: T) => string = () => '',
): FastifyReply {
  if (!result.ok) return answer(reply, result);
  return sendTagged(request, revalidate(reply), result.value, prefix(result.value.value));
}

function sendEdited(reply: FastifyReply, result: Result<EventView>, status = 200): FastifyReply {
  if (result.ok) reply.header('etag', etagOf(result.value)).header('cache-control', 'no-store');
  return answer(reply, result, status);
}

export interface CatalogRoutesDeps {
  catalog: Catalog;
  /** Somebody has been shown an event. */
  onLook?(account: Account, eventId: string): void;
}

export function catalogRoutes(fastify: FastifyInstance, { catalog, onLook }: CatalogRoutesDeps): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/events',
    {
      config: shownToAll,
      schema: {
        tags,
        summary: 'Browse and search events',
        querystring: BrowseQuery,
        response: { 200: EventPage },
      },
    },
    async (request, reply) => sendShown(request, reply, await catalog.show.page(request.query)),
  );

  app.post(
    '/events',
    {
      config: { access: 'vendor' },
      schema: {
        tags,
        summary: 'Create an event with its drop',
        body: EventBody,
        response: { 201: EventView },
      },
    },
    async (request, reply) => {
      const made = await catalog.create(accountOf(request), request.body);
      if (made.ok) reply.header('location', `/events/${made.value.id}`);
      return sendEdited(reply, made, 201);
    },
  );

  app.get(
    '/events/:eventId',
    {
      config: shownToAll,
      schema: {
        tags,
        summary: 'One event with its drop and tiers',
        params: byEvent,
        response: { 200: EventView },
      },
      onResponse: async ({ account, method, params }, { statusCode }) => {
        if (onLook && account && method === 'GET' && (statusCode === 200 || statusCode === 304))
          onLook(account, params.eventId);
      },
    },
    async (request, reply) =>
      sendShown(request, reply, await catalog.show.event(request.params.eventId, request.account), versionOf),
  );

  app.put(
    '/events/:eventId',
    {
      config: { access: 'vendor', owns: 'event' },
      schema: {
        tags,
        summary: 'Edit or publish an event',
        params: byEvent,
        body: EventEdit,
        response: { 200: EventView },
      },
    },
    async (request, reply) =>
      sendEdited(
        reply,
        await catalog.edit(
          accountOf(request),
          request.params.eventId,
          request.body,
          request.headers['if-match'],
        ),
      ),
  );

  app.delete(
    '/events/:eventId',
    {
      config: { access: 'vendor', owns: 'event' },
      schema: {
        tags,
        summary: 'Cancel an event nothing was sold of',
        params: byEvent,
        response: { 200: EventView },
      },
    },
    async (request, reply) =>
      sendEdited(
        reply,
        await catalog.remove(accountOf(request), request.params.eventId, request.headers['if-match']),
      ),
  );

  app.post(
    '/events/:eventId/cancel',
    {
      config: { access: 'vendor', owns: 'event' },
      schema: {
        tags,
        summary: 'Cancel an event that was sold: its buyers get their money back',
        params: byEvent,
        body: CancelBody,
        response: { 200: EventView },
      },
    },
    async (request, reply) =>
      sendEdited(
        reply,
        await catalog.cancel(
          accountOf(request),
          request.params.eventId,
          request.body,
          request.headers['if-match'],
        ),
      ),
  );

  // Before its GET, which would otherwise bring a HEAD of its own.
  app.head(
    '/events/:eventId/tickets',
    {
      config: { ...shownToAll, swagger: { exposeHeadRoute: true } },
      schema: { tags, summary: 'How many tickets are left, in a header', params: byEvent },
    },
    async (request, reply) => {
      const left = await catalog.show.available(request.params.eventId, request.account);
      if (!left.ok) return answer(revalidate(reply), left);
      const { value, asOf } = left.value;
      return markAsOf(revalidate(reply), asOf).header('holdfast-available', value).code(200).send();
    },
  );

  app.get(
    '/events/:eventId/tickets',
    {
      exposeHeadRoute: false,
      config: shownToAll,
      schema: {
        tags,
        summary: 'Tiers and what is left of them',
        params: byEvent,
        response: { 200: TierList },
      },
    },
    async (request, reply) => {
      const event = await catalog.show.event(request.params.eventId, request.account);
      if (!event.ok) return answer(revalidate(reply), event);
      const { value, asOf } = event.value;
      return sendTagged(request, revalidate(reply), { value: { tiers: value.tiers }, asOf });
    },
  );
}
