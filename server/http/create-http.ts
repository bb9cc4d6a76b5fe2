/**
 * The HTTP edge put together, in the order in which a request meets it:
 *
 *   closing? ─▶ headers ─▶ origin, credentials, rate, access ─▶ JSON, schema ─▶ slice ─▶ one shape of error
 */
import { randomUUID } from 'node:crypto';
import cookie from '@fastify/cookie';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { Registry } from 'prom-client';
import type { Accounts } from '../accounts/index.ts';
import { accountRoutes } from '../accounts/index.ts';
import type { Config } from '../config.ts';
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { AppDoor } from '../oauth/index.ts';
import { errorBody, RefusalError } from '../protocol/index.ts';
import type { Ledger, Redis } from '../stores/index.ts';
import type { TeamDoor } from '../teams/index.ts';
import { answer } from '../transport/index.ts';
import { addBodyTime } from './body-time.ts';
import { addDocs, addOpenApi } from './docs.ts';
import { addErrorAnswers, refusalOf } from './errors.ts';
import { addGuard } from './guard.ts';
import { addHeaders, setHeaders } from './headers.ts';
import { addHealth, addTimings } from './health.ts';
import { addPages, type PreviewConfig } from './pages.ts';
import { collectRoutes } from './route-table.ts';
import { addServerTiming } from './server-timing.ts';
import { addValidation } from './validation.ts';

export interface HttpDeps {
  config: Pick<Config, 'production' | 'proxies' | 'origins' | 'exempt' | 'edges' | 'socketPort'> &
    Partial<Pick<Config, 'serverTiming'>>;
  clock: Clock;
  log: Logger;
  ledger: Ledger;
  gate: Redis;
  accounts: Accounts;
  /** Each slice's routes, already bound to what they need: `(app) => catalogRoutes(app, deps)`. */
  slices: readonly ((app: FastifyInstance) => void | Promise<void>)[];
  /** Other programs' tokens; default: none is taken. */
  apps?: AppDoor;
  /** Members of vendors' teams; default: nobody acts for another. */
  teams?: TeamDoor;
  /** The body of GET /status. */
  status: () => unknown | Promise<unknown>;
  /** The built pages; undefined or unbuilt: the API alone. */
  staticDir?: string | undefined;
  /** Whether pages may load Stripe's card form; default: never. */
  cardForms?: () => Promise<boolean>;
  /** What links to events tell before they are opened; default: nothing. */
  preview?: PreviewConfig | undefined;
  /** Where this process's figures are gathered; default: one of its own. */
  registry?: Registry;
}

function createServer({ config, log }: HttpDeps) {
  return Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: LIMITS.httpBodyMaxBytes,
    // The longest any body may take; most have less (body-time.ts).
    requestTimeout: LIMITS.uploadMs + LIMITS.bodyMs,
    http: { headersTimeout: LIMITS.bodyMs },
    keepAliveTimeout: 72_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    trustProxy: config.proxies.length > 0 ? [...config.proxies] : false,
    // A payment link's token is a signed statement of some 400 characters, and its schema allows a thousand.
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 1_024 },
    // Requests that never become one of ours: broken HTTP, or an address that does not decode.
    clientErrorHandler(_err, socket) {
      if (!socket.writable || socket.destroyed) return;
      const body = JSON.stringify({
        error: errorBody({ code: 'INVALID_REQUEST', details: { field: 'request' } }),
      });
      socket.end(
        `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    },
    frameworkErrors: (err, request, reply) => {
      setHeaders(request as unknown as FastifyRequest, reply as unknown as FastifyReply, config);
      const refusal = refusalOf(err) ?? { code: 'INVALID_REQUEST' as const, details: { field: 'url' } };
      answer(reply as unknown as FastifyReply, { ok: false, error: refusal });
    },
  });
}

export async function createHttp(deps: HttpDeps): Promise<FastifyInstance> {
  const { config, clock, ledger, gate, accounts } = deps;
  const registry = deps.registry ?? new Registry();
  // Fastify's type carries the logger's; slices know it as the plain instance.
  const app = createServer(deps) as unknown as FastifyInstance;
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });

  const table = collectRoutes(app);
  addValidation(app);
  addErrorAnswers(app, table);
  addTimings(app, registry);
  if (config.serverTiming) addServerTiming(app);
  addHeaders(app, config);
  addBodyTime(app);
  app.addHook('onRequest', async (request) => {
    if (closing && request.url !== '/healthz' && request.url !== '/readyz')
      throw new RefusalError('DRAINING');
  });
  // Whoever is still connected must not come back on this connection, or closing would wait for it.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  await app.register(cookie);
  addGuard(app, { config, accounts, limiter: accounts.limiter, apps: deps.apps, teams: deps.teams });
  await addDocs(app);

  addHealth(app, { clock, ledger, gate, registry, status: deps.status, isClosing: () => closing });
  for (const slice of [(scope: FastifyInstance) => accountRoutes(scope, { accounts }), ...deps.slices])
    await app.register(async (scope) => slice(scope));
  await addPages(app, deps.staticDir, config, deps.cardForms ?? (async () => false), deps.preview);
  addOpenApi(app);
  await app.ready();
  return app;
}
