/**
 * Two http-only cookies (rules A17 to A19): the access token, which authenticates the pages' requests, and the refresh token.
 * Under https and on localhost their names carry `__Host-` (Secure, no Domain, Path=/), so that no other host or plain
 * connection can plant them. A phone that opens a bare http address on the desk's network could not keep a Secure
 * cookie: it gets a plain name, and never in production.
 */
import type { CookieSerializeOptions } from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../limits.ts';

export interface CookieTokens {
  access: string | undefined;
  refresh: string | undefined;
}

export interface Cookies {
  read(request: FastifyRequest): CookieTokens;
  set(
    request: FastifyRequest,
    reply: FastifyReply,
    tokens: { accessToken: string; refreshToken: string },
  ): void;
  clear(request: FastifyRequest, reply: FastifyReply): void;
}

export function createCookies({ production }: { production: boolean }): Cookies {
  const isSecure = (request: FastifyRequest) =>
    production || request.protocol === 'https' || request.hostname === 'localhost';

  const naming = (request: FastifyRequest) => {
    const secure = isSecure(request);
    const prefix = secure ? '__Host-' : '';
    const options: CookieSerializeOptions = { path: '/', httpOnly: true, sameSite: 'lax', secure };
    return { access: `${prefix}holdfast-access`, refresh: `${prefix}holdfast-refresh`, options };
  };

  return {
    read(request) {
      const { access, refresh } = naming(request);
      return { access: request.cookies[access], refresh: request.cookies[refresh] };
    },
    set(request, reply, tokens) {
      const { access, refresh, options } = naming(request);
      reply.setCookie(access, tokens.accessToken, { ...options, maxAge: LIMITS.accessTokenSeconds });
      reply.setCookie(refresh, tokens.refreshToken, { ...options, maxAge: LIMITS.refreshTokenDays * 86_400 });
    },
    clear(request, reply) {
      const { access, refresh, options } = naming(request);
      reply.clearCookie(access, options);
      reply.clearCookie(refresh, options);
    },
  };
}
