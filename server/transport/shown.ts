/** What an answer says of its age and its bytes: `Holdfast-As-Of` while the ledger is away, and an ETag for who has it already. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ok, type Result } from '../protocol/index.ts';
import type { Had } from '../stores/index.ts';

export interface Shown<T> {
  value: T;
  /** When it was so, milliseconds since the epoch; null: now. Otherwise the ledger is away. */
  asOf: number | null;
}

export const shownOf = <T>({ value, asOf, from }: Had<T>): Shown<T> => ({
  value,
  asOf: from === 'kept' ? asOf : null,
});

/** What was had of a result: its refusal, or its value with its time. */
export function shownResult<T>(had: Had<Result<T>>): Result<Shown<T>> {
  const { value } = had;
  return value.ok ? ok(shownOf({ ...had, value: value.value })) : value;
}

export function markAsOf(reply: FastifyReply, asOf: number | null): FastifyReply {
  return asOf === null ? reply : reply.header('holdfast-as-of', new Date(asOf).toISOString());
}

/** 22 characters that differ where the text does. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** `If-None-Match`: the client has this already (weak comparison, RFC 9110 section 13.1.2). */
export function isKnown(header: string | undefined, etag: string): boolean {
  return (
    header !== undefined && tagsOf(header).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
  );
}

/** The value as JSON with its ETag (`prefix` and a digest of the text), or 304 without a body for who has it. */
export function sendTagged<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { value, asOf }: Shown<T>,
  prefix = '',
): FastifyReply {
  const text = JSON.stringify(value);
  const etag = `"${prefix}${digestOf(text)}"`;
  markAsOf(reply, asOf).header('etag', etag);
  if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  // As text it goes as it is: the schema's own serializer would walk through it once more.
  return reply.type('application/json; charset=utf-8').send(text);
}
