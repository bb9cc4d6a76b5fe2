/** The `Idempotency-Key` a request may carry (rule F12). */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';

export const KeyHeader = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
});

export function keyOf(request: FastifyRequest): string | null {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' ? key : null;
}
