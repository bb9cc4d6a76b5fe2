/**
 * How long a request's body may take. Node knows one limit for all of a server's requests, and pictures from a crowded hall
 * need more of it than anything else does: theirs is Node's, and all others have a shorter one of their own (rule X44).
 */
import type { FastifyInstance } from 'fastify';
import { LIMITS } from '../limits.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How long its body may take to arrive, ms; default limits.ts. */
    bodyMs?: number;
  }
}

const LATE =
  'HTTP/1.1 408 Request Timeout\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{"error":{"code":"UPLOAD_TIMED_OUT","message":"This took too long to arrive. Try again."}}';

export function addBodyTime(app: FastifyInstance, bodyMs: number = LIMITS.bodyMs): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { raw, routeOptions } = request;
    const hasBody =
      raw.headers['transfer-encoding'] !== undefined || Number(raw.headers['content-length'] ?? 0) > 0;
    // A route with a limit of its own keeps it itself, and answers.
    if (hasBody && routeOptions.config.bodyMs === undefined) {
      const late = setTimeout(() => {
        if (!raw.complete) raw.socket.end(LATE);
      }, bodyMs);
      late.unref();
      const over = (): void => clearTimeout(late);
      raw.once('end', over);
      raw.once('close', over);
      // Answered without its body: what is still to come nobody waits for, and Node's own limit ends it.
      reply.raw.once('finish', over);
    }
    done();
  });
}
