/** Maps over HTTP: the thin edge. Geometry goes out as it was compressed once, and is cached for ever. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { refuse, TimeSchema, UuidSchema, VenueGeometry } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { GeometryText, Maps } from './maps.ts';
import type { ExpandedMap } from './venue-map.ts';

const strict = { additionalProperties: false } as const;
const tags = ['venue maps'];
const byMap = Type.Object({ mapId: UuidSchema });
const MapRef = Type.Object({ id: UuidSchema, name: Type.String(), seats: Type.Integer() });
const MapList = Type.Object({
  items: Type.Array(
    Type.Object({ ...MapRef.properties, createdAt: TimeSchema, shared: Type.Boolean() }, strict),
  ),
});
/** Looked at by check-map.ts, which says every problem at its seat: a schema here would say one. */
const MapDocument = Type.Object(
  {},
  {
    additionalProperties: true,
    description: 'A map document: docs/venue-maps.md, docs/venue-map.schema.json',
  },
);

const FOR_EVER = 'public, max-age=31536000, immutable';

/** Whether a request takes an encoding: named, and not with a quality of nought. */
function takes(request: FastifyRequest, encoding: string): boolean {
  const named = (request.headers['accept-encoding'] ?? '').toString().toLowerCase().split(',');
  return named.some((each) => {
    const [name, quality = 'q=1'] = each.split(';').map((part) => part.trim());
    return name === encoding && Number(quality.slice(2)) > 0;
  });
}

function sendGeometry(request: FastifyRequest, reply: FastifyReply, text: GeometryText): FastifyReply {
  reply.header('cache-control', FOR_EVER).header('etag', text.etag).header('vary', 'accept-encoding');
  if (request.headers['if-none-match']?.includes(text.etag)) return reply.code(304).send();
  reply.type('application/json; charset=utf-8');
  for (const encoding of ['br', 'gzip'] as const)
    if (takes(request, encoding)) return reply.header('content-encoding', encoding).send(text[encoding]);
  return reply.send(text.plain);
}

/** As text: 60,000 seats need no second look on their way out. */
const sendDocument = (reply: FastifyReply, document: ExpandedMap): FastifyReply =>
  reply.type('application/json; charset=utf-8').send(JSON.stringify(document));

export function mapRoutes(fastify: FastifyInstance, { maps }: { maps: Maps }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/venue-maps',
    {
      config: { access: 'vendor' },
      schema: { tags, summary: 'My maps, and those for everybody', response: { 200: MapList } },
    },
    async (request, reply) => reply.send({ items: await maps.list(accountOf(request).id) }),
  );

  app.post(
    '/venue-maps',
    {
      bodyLimit: LIMITS.mapBodyMaxBytes,
      config: { access: 'vendor', perMinute: LIMITS.mapImportsPerMinute },
      schema: {
        tags,
        summary: 'Import a map',
        body: MapDocument,
        response: { 200: MapRef, 201: MapRef },
      },
    },
    async (request, reply) => {
      const made = await maps.import(accountOf(request).id, request.body);
      if (!made.ok) return answer(reply, made);
      const { created, ...ref } = made.value;
      reply.header('location', `/venue-maps/${ref.id}`);
      return reply.code(created ? 201 : 200).send(ref);
    },
  );

  app.get(
    '/venue-maps/:mapId',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'What is needed to draw a map; never changes',
        params: byMap,
        response: { 200: VenueGeometry },
      },
    },
    async (request, reply) => {
      const text = await maps.geometry(request.params.mapId);
      return text ? sendGeometry(request, reply, text) : answer(reply, refuse('NOT_FOUND'));
    },
  );

  app.get(
    '/venue-maps/:mapId/document',
    {
      config: { access: 'vendor', owns: 'map' },
      schema: {
        tags,
        summary: 'The document of a map of mine or of a shared one, every row written out',
        params: byMap,
        response: { 200: MapDocument },
      },
    },
    async (request, reply) => {
      const { id, role } = accountOf(request);
      const document = await maps.document(request.params.mapId, { id, seesAll: role === 'operator' });
      return document ? sendDocument(reply, document) : answer(reply, refuse('NOT_FOUND'));
    },
  );
}
