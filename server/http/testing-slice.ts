/** Routes that a test needs and no slice has: one of each access, one that fails in each way. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { refuse, UuidSchema } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import { accountOf, answer } from '../transport/index.ts';

const Body = Type.Object(
  {
    quantity: Type.Integer({ minimum: 1, maximum: 10 }),
    name: Type.Optional(Type.String({ maxLength: 20 })),
    items: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Object(
            { tierId: UuidSchema, quantity: Type.Integer({ minimum: 1 }) },
            { additionalProperties: false },
          ),
          Type.Object(
            { tierId: UuidSchema, bestAvailable: Type.Integer({ minimum: 1 }) },
            { additionalProperties: false },
          ),
        ]),
      ),
    ),
  },
  { additionalProperties: false },
);
const STORE_TEXT = statement('test_store_text', 'select $1::text as text');

export const testSlice = (pool: Pool) => (fastify: FastifyInstance) => {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  app.get('/t/open', { config: { access: 'public' } }, (request) => ({
    account: request.account?.id ?? null,
    ip: request.ip,
  }));
  app.get('/t/mine', { config: { access: 'account' } }, (request) => ({ id: accountOf(request).id }));
  app.get('/t/vendor', { config: { access: 'vendor' } }, () => ({ ok: true }));
  app.get('/t/operator', { config: { access: 'operator' } }, () => ({ ok: true }));
  app.get('/t/slow-lane', { config: { access: 'public', perMinute: 5 } }, () => ({ ok: true }));
  app.post('/t/change', { config: { access: 'account' } }, () => ({ changed: true }));
  app.post('/t/open-change', { config: { access: 'public' } }, () => ({ changed: true }));
  app.post('/t/checked', { config: { access: 'public' }, schema: { body: Body } }, (request) => request.body);
  app.get(
    '/t/checked/:id',
    {
      config: { access: 'public' },
      schema: {
        params: Type.Object({ id: UuidSchema }),
        querystring: Type.Object({
          limit: Type.Integer({ minimum: 1, maximum: 100, default: 20 }),
          all: Type.Optional(Type.Boolean()),
        }),
      },
    },
    (request) => ({ ...request.params, ...request.query }),
  );
  app.post(
    '/t/store',
    { config: { access: 'public' }, schema: { body: Type.Object({ text: Type.String() }) } },
    (request) => pool.one(STORE_TEXT, [request.body.text]),
  );
  app.get('/t/defect', { config: { access: 'public' } }, () => {
    throw new Error('select secret_column from hidden_table failed at /srv/inside.ts');
  });
  app.get('/t/refused', { config: { access: 'public' } }, (_request, reply) =>
    answer(reply, refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: 2_500 })),
  );
};
