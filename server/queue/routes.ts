/** The line over HTTP: the thin edge (paths of design section 9). */
import { Readable } from 'node:stream';
import { constants, createGzip } from 'node:zlib';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import {
  DrawProof,
  DrawView,
  DropState,
  MineView,
  ok,
  PlaceView,
  refuse,
  TimeSchema,
  UuidSchema,
} from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Queue } from './queue.ts';

const strict = { additionalProperties: false } as const;
const ByDrop = Type.Object({ dropId: UuidSchema }, strict);
const Reason = Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' });
const MayReason = Type.Optional(
  Type.Union([Type.Object({ reason: Type.Optional(Reason) }, strict), Type.Null()]),
);
const Change = Type.Object(
  {
    maxTurns: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    maxCallsPerMinute: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 1_000_000 }), Type.Null()]),
    ),
    overbook: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100_000 })),
    lobbyOpensAt: Type.Optional(TimeSchema),
    opensAt: Type.Optional(TimeSchema),
    endsAt: Type.Optional(Type.Union([TimeSchema, Type.Null()])),
    reason: Type.Optional(Reason),
  },
  { ...strict, minProperties: 1 },
);

const PLACES_PER_MINUTE = 12;
const tags = ['line'];

export function queueRoutes(fastify: FastifyInstance, { queue }: { queue: Queue }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  readRoutes(app, queue);
  drawRoutes(app, queue);
  operateRoutes(app, queue);
}

type App = ReturnType<typeof typed>;
const typed = (app: FastifyInstance) => app.withTypeProvider<TypeBoxTypeProvider>();

function readRoutes(app: App, queue: Queue): void {
  app.get(
    '/drops/:dropId',
    {
      config: { access: 'public' },
      schema: { tags, summary: 'A drop’s public state', params: ByDrop, response: { 200: DropState } },
    },
    async (request, reply) => {
      const state = await queue.stateOf(request.params.dropId);
      return answer(reply, state ? ok(state) : refuse('NOT_FOUND'));
    },
  );
  app.get(
    '/drops/:dropId/place',
    {
      config: { access: 'account', owns: 'drop' },
      schema: { tags, summary: 'My place in the line', params: ByDrop, response: { 200: PlaceView } },
    },
    async (request, reply) =>
      answer(reply, await queue.placeOf(request.params.dropId, accountOf(request).id)),
  );
  app.get(
    '/drops/:dropId/mine',
    {
      config: { access: 'account', owns: 'drop' },
      schema: { tags, summary: 'Everything I have in a drop', params: ByDrop, response: { 200: MineView } },
    },
    async (request, reply) => answer(reply, await queue.mineOf(request.params.dropId, accountOf(request).id)),
  );
}

function drawRoutes(app: App, queue: Queue): void {
  app.get(
    '/drops/:dropId/draw',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'The draw: all that verifying needs',
        params: ByDrop,
        response: { 200: DrawView },
      },
    },
    async (request, reply) => answer(reply, await queue.drawOf(request.params.dropId)),
  );
  app.get(
    '/drops/:dropId/draw/places',
    {
      config: { access: 'public', perMinute: PLACES_PER_MINUTE },
      schema: { tags, summary: 'The draw’s places, one JSON object a line', params: ByDrop },
    },
    async (request, reply) => {
      const draw = await queue.drawOf(request.params.dropId);
      if (!draw.ok) return answer(reply, draw);
      const lines = Readable.from(ndjson(queue.drawPlaces(draw.value)));
      reply.type('application/x-ndjson').header('vary', 'accept-encoding');
      if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(lines);
      // Ids and hashes hardly compress beyond their hexadecimal spelling: the fastest level does as well.
      const gzip = createGzip({ level: constants.Z_BEST_SPEED });
      lines.on('error', (err) => gzip.destroy(err));
      return reply.header('content-encoding', 'gzip').send(lines.pipe(gzip));
    },
  );
  app.get(
    '/drops/:dropId/draw/proof',
    {
      config: { access: 'public', perMinute: 60 },
      schema: {
        tags,
        summary: 'Proof that a place was counted',
        params: ByDrop,
        querystring: Type.Object({ placeId: UuidSchema }, strict),
        response: { 200: DrawProof },
      },
    },
    async (request, reply) =>
      answer(reply, await queue.proofOf(request.params.dropId, request.query.placeId)),
  );
}

async function* ndjson(pages: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  for await (const page of pages) yield page.map((place) => `${JSON.stringify(place)}\n`).join('');
}

function operateRoutes(app: App, queue: Queue): void {
  const config = { access: 'vendor', owns: 'drop' } as const;
  const response = { 200: DropState };
  app.post(
    '/drops/:dropId/pause',
    {
      config,
      schema: {
        tags,
        summary: 'Pause the sale',
        params: ByDrop,
        body: Type.Object({ reason: Reason }, strict),
        response,
      },
    },
    async (request, reply) =>
      answer(reply, await queue.pause(accountOf(request), request.params.dropId, request.body.reason.trim())),
  );
  for (const verb of ['resume', 'end', 'cancel'] as const)
    app.post(
      `/drops/:dropId/${verb}`,
      { config, schema: { tags, summary: `${verb} the sale`, params: ByDrop, body: MayReason, response } },
      async (request, reply) => {
        const { dropId } = request.params as { dropId: string };
        const reason = (request.body as { reason?: string } | null | undefined)?.reason?.trim();
        return answer(reply, await queue[verb](accountOf(request), dropId, reason));
      },
    );
  app.patch(
    '/drops/:dropId',
    {
      config,
      schema: { tags, summary: 'Change cap, rate or times', params: ByDrop, body: Change, response },
    },
    async (request, reply) => {
      const { lobbyOpensAt, opensAt, endsAt, ...rest } = request.body;
      const times = {
        ...(lobbyOpensAt ? { lobbyOpensAt: new Date(lobbyOpensAt) } : {}),
        ...(opensAt ? { opensAt: new Date(opensAt) } : {}),
        ...(endsAt === undefined ? {} : { endsAt: endsAt === null ? null : new Date(endsAt) }),
      };
      return answer(
        reply,
        await queue.change(accountOf(request), request.params.dropId, { ...rest, ...times }),
      );
    },
  );
}
