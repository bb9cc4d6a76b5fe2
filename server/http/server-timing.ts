/**
 * `Server-Timing`: how much of an answer's time was spent waiting for the ledger, waiting for the cache, and on the rest (rule X70). Off where
 * sockets are served by the same process, unless HOLDFAST_SERVER_TIMING says otherwise: following each request through its promises costs all of them.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Timings, waitedMs, withTimings } from '../kernel/index.ts';

export function addServerTiming(app: FastifyInstance): void {
  const measured = new WeakMap<FastifyRequest, Timings>();
  app.addHook('onRequest', (request, _reply, done) => {
    withTimings((timings) => {
      measured.set(request, timings);
      done();
    });
  });
  app.addHook('onSend', (request, reply, _payload, done) => {
    const timings = measured.get(request);
    if (timings) {
      const [db, cache] = [waitedMs(timings.db), waitedMs(timings.cache)];
      const rest = Math.max(0, reply.elapsedTime - db - cache);
      reply.header(
        'server-timing',
        `db;dur=${db.toFixed(1)}, cache;dur=${cache.toFixed(1)}, app;dur=${rest.toFixed(1)}`,
      );
    }
    done();
  });
}
