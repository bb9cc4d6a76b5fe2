/** Who a request is from, as the use cases take it. */
import type { FastifyRequest } from 'fastify';
import { accountOf } from '../transport/index.ts';
import type { Client } from './device.ts';
import type { Owner } from './prove.ts';

export function ownerOf(request: FastifyRequest): Owner {
  const { id: userId, sessionId } = accountOf(request);
  return { userId, sessionId, address: request.ip };
}

export const clientOf = (request: FastifyRequest): Client & { address: string } => ({
  userAgent: request.headers['user-agent'],
  address: request.ip,
});

/** The origin that was asked. */
export const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;
