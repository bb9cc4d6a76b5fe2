/** The API describes itself: /openapi.json from the routes' own schemas, /docs to read and try it (rule X34). */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { Access } from '../transport/index.ts';
import { type Description, describe, readExamples } from './describe.ts';

const SECURITY: Record<Access, { bearer: string[] }[]> = {
  public: [],
  account: [{ bearer: [] }],
  vendor: [{ bearer: [] }],
  operator: [{ bearer: [] }],
};

/** Must run before the first route is registered. */
export async function addDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Holdfast',
        version: '0.1.0',
        description:
          'High-demand ticket drops, sold live and fairly. Errors are `{ error: { code, message, details? } }`; docs/errors.md lists the codes.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    // Once, when somebody first asks: Swagger keeps what comes of it.
    transformObject: (described) => {
      if (!('openapiObject' in described)) return described.swaggerObject;
      describe(described.openapiObject as Description, app.routeTable, readExamples());
      return described.openapiObject;
    },
    transform: ({ schema, url, route }) => {
      const { access = 'public', page } = route.config ?? {};
      const note = access === 'public' || access === 'account' ? {} : { description: `For ${access}s.` };
      return { url, schema: { ...note, ...schema, security: SECURITY[access], hide: page || schema?.hide } };
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { deepLinking: true, persistAuthorization: false },
  });
}

/** After all routes. */
export function addOpenApi(app: FastifyInstance): void {
  const config = { access: 'public', ignoresCredentials: true, page: true } as const;
  app.get('/openapi.json', { config, schema: { hide: true } }, (_request, reply) =>
    reply.header('cache-control', 'no-cache').send(app.swagger()),
  );
}
