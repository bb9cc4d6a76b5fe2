/**
 * Whatever goes wrong leaves as `{ error: { code, message, details? } }` (rules X10 to X15). What was not foreseen is INTERNAL,
 * told to the log with the request's id and to the caller without a word about our insides.
 */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Refusal, RefusalError, refuse } from '../protocol/index.ts';
import { isStoreAway, sqlState } from '../stores/index.ts';
import { answer } from '../transport/index.ts';
import type { RouteTable } from './route-table.ts';
import { InvalidRequest } from './validation.ts';

const BY_FASTIFY_CODE: Record<string, Refusal> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'PAYLOAD_TOO_LARGE' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'UNSUPPORTED_MEDIA_TYPE' },
  FST_ERR_CTP_EMPTY_TYPE: { code: 'UNSUPPORTED_MEDIA_TYPE' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: { code: 'INVALID_REQUEST', details: { field: 'content-length' } },
  FST_ERR_BAD_URL: { code: 'INVALID_REQUEST', details: { field: 'url' } },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'NOT_FOUND' },
};

/** Text that Postgres cannot hold (a NUL, half a surrogate pair) is the caller's, not ours. */
const UNSTORABLE = new Set(['22021', '22P05']);
/** Inside JSON Postgres calls half a pair a wrong text, as it does much that would be our fault: its words tell them apart. */
const WRONG_TEXT = '22P02';
function isUnstorable(err: Error): boolean {
  const state = sqlState(err) ?? '';
  const { detail } = err as { detail?: string };
  return UNSTORABLE.has(state) || (state === WRONG_TEXT && /surrogate/i.test(detail ?? ''));
}

/** What a thrown thing means to the caller; null: a defect of ours. */
export function refusalOf(err: Error & Partial<FastifyError>): Refusal | null {
  if (err instanceof RefusalError) return err.refusal;
  if (err instanceof InvalidRequest)
    return refuse('INVALID_REQUEST', { field: err.field, problem: err.problem }).error;
  const known = err.code ? BY_FASTIFY_CODE[err.code] : undefined;
  if (known) return known;
  if (isUnstorable(err))
    return refuse('INVALID_REQUEST', { field: 'body', problem: 'holds a character that cannot be stored' })
      .error;
  if (isStoreAway(err)) return refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: 1_000 }).error;
  if (err.statusCode === 400)
    return refuse('INVALID_REQUEST', { field: 'body', problem: 'is not JSON' }).error;
  return null;
}

export function addErrorAnswers(app: FastifyInstance, table: RouteTable): void {
  app.setErrorHandler((err: Error & Partial<FastifyError>, request: FastifyRequest, reply: FastifyReply) => {
    const refusal = refusalOf(err);
    if (!refusal)
      request.log.error({ err, requestId: request.id, route: request.routeOptions.url }, 'request failed');
    else if (refusal.code === 'TEMPORARILY_UNAVAILABLE')
      request.log.warn({ err: err.message, requestId: request.id }, 'a store is away');
    const { code, details, message } = refusal ?? refuse('INTERNAL', { requestId: request.id }).error;
    return answer(reply, refuse(code, details, message));
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] as string;
    const methods = table.methodsAt(path);
    if (methods.length === 0 || methods.includes(request.method)) return answer(reply, refuse('NOT_FOUND'));
    reply.header('allow', methods.join(', '));
    return answer(reply, refuse('METHOD_NOT_ALLOWED', { allowed: methods }));
  });
}
