/** What operators see over HTTP: the thin edge. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { TimeSchema } from '../protocol/index.ts';
import { Health, OpenDrop } from './health.ts';
import type { Operations } from './index.ts';

const tags = ['operations'];
const InvariantView = Type.Object({
  name: Type.String(),
  sentence: Type.String(),
  violations: Type.Integer(),
  sample: Type.Array(Type.Record(Type.String(), Type.Unknown())),
});
const InvariantsView = Type.Object({
  ok: Type.Boolean(),
  checkedAt: TimeSchema,
  invariants: Type.Array(InvariantView),
});
const DropList = Type.Object({ items: Type.Array(OpenDrop) });
/** Each look costs the ledger something. */
const config = { access: 'operator', perMinute: 120 } as const;
const fresh = (reply: FastifyReply) => reply.header('cache-control', 'no-store');

export function operationsRoutes(fastify: FastifyInstance, { operations }: { operations: Operations }): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/operations/invariants',
    {
      config,
      schema: { tags, summary: 'What must always be true, checked now', response: { 200: InvariantsView } },
    },
    async (_request, reply) => fresh(reply).send(await operations.invariants()),
  );

  app.get(
    '/operations/drops',
    { config, schema: { tags, summary: 'All open drops', response: { 200: DropList } } },
    async (_request, reply) => fresh(reply).send({ items: await operations.drops() }),
  );

  app.get(
    '/operations/health',
    { config, schema: { tags, summary: 'Stores, workers, lags, alerts', response: { 200: Health } } },
    async (_request, reply) => fresh(reply).send(await operations.health()),
  );
}
