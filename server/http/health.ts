/** Is the process there, are its stores, what else is up, and its figures (rules X30 to X33). */
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import { Type } from 'typebox';
import type { Clock } from '../kernel/index.ts';
import { refuse } from '../protocol/index.ts';
import { type Ledger, type Redis, statement } from '../stores/index.ts';
import { answer } from '../transport/index.ts';

export interface HealthDeps {
  clock: Clock;
  ledger: Ledger;
  gate: Redis;
  registry: Registry;
  /** Services with their breakers, and the socket edges: the body of GET /status. */
  status: () => unknown | Promise<unknown>;
  /** True once the process was told to stop. */
  isClosing: () => boolean;
}

const PING = statement('http_ping', 'select 1 as one');
/** A store that answers later than this is not ready. */
const PING_LIMIT_MS = 1_500;

async function answers(clock: Clock, ask: Promise<unknown>): Promise<boolean> {
  const done = new AbortController();
  const late = clock.sleep(PING_LIMIT_MS, done.signal).then(
    () => false,
    () => false,
  );
  const asked = ask.then(
    () => true,
    () => false,
  );
  const inTime = await Promise.race([asked, late]);
  done.abort();
  return inTime;
}

export function addHealth(app: FastifyInstance, deps: HealthDeps): void {
  const config = { access: 'public', ignoresCredentials: true } as const;
  const probe = { ...config, unlimited: true } as const;
  const tags = ['health'];
  const ask = () =>
    Promise.all([answers(deps.clock, deps.ledger.payments.all(PING)), answers(deps.clock, deps.gate.ping())]);
  // However many ask, the stores are asked once at a time.
  let asking: Promise<[boolean, boolean]> | undefined;

  app.get('/healthz', { config: probe, schema: { tags, summary: 'The process answers' } }, () => ({
    status: 'ok',
  }));

  app.get(
    '/readyz',
    { config: probe, schema: { tags, summary: 'The stores answer' } },
    async (_request, reply) => {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      const [postgres, redis] = await asking;
      if (postgres && redis && !deps.isClosing()) return { status: 'ready', stores: { postgres, redis } };
      if (deps.isClosing()) return answer(reply, refuse('DRAINING', { stores: { postgres, redis } }));
      return answer(
        reply,
        refuse('TEMPORARILY_UNAVAILABLE', { stores: { postgres, redis }, retryAfterMs: 1_000 }),
      );
    },
  );

  app.get(
    '/status',
    {
      config,
      schema: { tags, summary: 'Services, breakers, socket edges', response: { 200: Type.Unknown() } },
    },
    async () => deps.status(),
  );

  app.get('/metrics', { config: probe, schema: { tags, summary: 'Prometheus' } }, async (_request, reply) =>
    reply.type(deps.registry.contentType).send(await deps.registry.metrics()),
  );
}

/** Times every answer by route (its pattern, never the path: ids would make a series each). */
export function addTimings(app: FastifyInstance, registry: Registry): void {
  const seconds = new Histogram({
    name: 'holdfast_http_request_seconds',
    help: 'Time to answer HTTP requests, by method, route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    if (reply.elapsedTime > 1_000)
      request.log.warn({ requestId: request.id, route, ms: Math.round(reply.elapsedTime) }, 'slow answer');
    done();
  });
}
