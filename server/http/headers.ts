/**
 * Security headers (rules X1 to X4). API answers may load nothing at all; pages may load their own files and talk to
 * their own server and its socket edges. No inline scripts, no nonces: pages stay cacheable.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';

const API_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A host name we may repeat in a header: what browsers send, and nothing that could add a source of its own. */
const PLAIN_HOST = /^([a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\])$/i;

/** Where this page's sockets are: the configured edges, else this host's socket port. */
export function socketSources(
  request: FastifyRequest,
  config: Pick<Config, 'edges' | 'socketPort'>,
): string[] {
  if (config.edges.length > 0)
    return config.edges.flatMap((edge) => {
      const { protocol, host } = new URL(edge);
      const secure = protocol === 'https:' || protocol === 'wss:';
      return secure ? [`wss://${host}`, `https://${host}`] : [`ws://${host}`, `http://${host}`];
    });
  if (!PLAIN_HOST.test(request.hostname)) return [];
  const secure = request.protocol === 'https';
  return [`${secure ? 'wss' : 'ws'}://${request.hostname}:${config.socketPort}`];
}

/** What a page's policy depends on. */
export type PageConfig = Pick<Config, 'edges' | 'socketPort'>;

/** Where cards are taken by Stripe, its script brings its own form, in frames of its own. Nobody else's script runs here. */
const STRIPE = {
  script: ['https://js.stripe.com', 'https://*.js.stripe.com'],
  frame: ['https://js.stripe.com', 'https://*.js.stripe.com', 'https://hooks.stripe.com'],
  connect: ['https://api.stripe.com'],
};

/** `cardForms`: whether cards are taken by Stripe here at all. */
export function pagePolicy(request: FastifyRequest, config: PageConfig, cardForms: boolean): string {
  const stripe = cardForms ? STRIPE : { script: [], frame: [], connect: [] };
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...stripe.script].join(' ')}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src ${["'self'", ...socketSources(request, config), ...stripe.connect].join(' ')}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    // A mail in its frame: a document of ours, under a policy of its own. One directive: browsers heed the first only.
    `frame-src ${["'self'", ...stripe.frame].join(' ')}`,
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Swagger's pages style themselves inline; their scripts are files all the same. */
export function docsPolicy(): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function securityHeaders(
  request: FastifyRequest,
  { production }: Pick<Config, 'production'>,
): Record<string, string> {
  const secure = production || request.protocol === 'https';
  return {
    'content-security-policy': request.routeOptions?.url?.startsWith('/docs') ? docsPolicy() : API_CSP,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(self), geolocation=(), microphone=(), payment=(self), usb=()',
    'x-request-id': request.id,
    ...(secure ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
  };
}

/** For answers that no hook ever sees. */
export function setHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  config: Pick<Config, 'production'>,
): void {
  reply.headers({ ...securityHeaders(request, config), 'cache-control': 'no-store' });
}

export function addHeaders(app: FastifyInstance, config: Pick<Config, 'production'>): void {
  app.addHook('onRequest', (request: FastifyRequest, reply: FastifyReply, done) => {
    reply.headers(securityHeaders(request, config));
    done();
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    // What a route says about caching stands; otherwise an answer may be somebody's own.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
}
