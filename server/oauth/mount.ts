/**
 * oidc-provider behind our edge: the raw request and answer are handed over, on paths named one by one, with bodies unread.
 * What our edge decided stays: its security headers and its rate limits.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type Provider from 'oidc-provider';
import { LIMITS } from '../limits.ts';

const MOUNT = '/oauth';
type Method = 'GET' | 'POST' | 'OPTIONS';

/** `browser`: reached by going there, with the cookies of a consent. The rest is for programs, and heeds no cookie. */
const PATHS: readonly { path: string; methods: readonly Method[]; summary: string; browser?: true }[] = [
  { path: '/auth', methods: ['GET'], summary: 'Ask a person to allow an app something', browser: true },
  { path: '/auth/:uid', methods: ['GET'], summary: 'Go on after the answer', browser: true },
  { path: '/token', methods: ['POST', 'OPTIONS'], summary: 'Exchange a code or a refresh token' },
  { path: '/token/revocation', methods: ['POST', 'OPTIONS'], summary: 'Give a refresh token back' },
  { path: '/token/introspection', methods: ['POST', 'OPTIONS'], summary: 'Whether a refresh token stands' },
  { path: '/me', methods: ['GET', 'OPTIONS'], summary: 'Who allowed the app (userinfo)' },
  { path: '/jwks', methods: ['GET', 'OPTIONS'], summary: 'Keys that tokens are signed with' },
  {
    path: '/.well-known/openid-configuration',
    methods: ['GET', 'OPTIONS'],
    summary: 'What the authorization server can do, and where',
  },
];
/** Cookies that its pages may see: not our log-in's, and none of a visit before. */
const OWN_COOKIE = /^holdfast-oauth-(consent|resume)(\.sig)?=/;

/** Where the library finds what stands before its own paths. */
type MountedRequest = FastifyRequest['raw'] & { baseUrl?: string };

function handOver(provider: Provider, request: FastifyRequest, reply: FastifyReply, browser: boolean): void {
  const raw: MountedRequest = request.raw;
  const { protocol, host } = new URL(provider.issuer);
  raw.baseUrl = MOUNT;
  raw.url = (raw.url as string).slice(MOUNT.length);
  // Addresses it gives out are our own, whatever Host a caller wrote.
  raw.headers['x-forwarded-proto'] = protocol.slice(0, -1);
  raw.headers['x-forwarded-host'] = host;
  const cookies = browser
    ? (raw.headers.cookie ?? '').split('; ').filter((cookie) => OWN_COOKIE.test(cookie))
    : [];
  if (cookies.length > 0) raw.headers.cookie = cookies.join('; ');
  else delete raw.headers.cookie;
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value);
  // An answer here is somebody's own; what may be kept, the library says.
  reply.raw.setHeader('cache-control', 'no-store');
  reply.hijack();
  void provider.callback()(raw, reply.raw);
}

export async function mountProvider(app: FastifyInstance, provider: Provider): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _body, done) => done(null));
    for (const { path, methods, summary, browser = false } of PATHS)
      for (const method of methods)
        scope.route({
          method,
          url: MOUNT + path,
          config: {
            access: 'public',
            ignoresCredentials: true,
            anyOrigin: !browser,
            perMinute: LIMITS.oauthTokensPerMinute,
            // Its errors have the shapes that OAuth gives them.
            foreignErrors: true,
          },
          schema: method === 'OPTIONS' ? { hide: true } : { tags: ['oauth'], summary },
          exposeHeadRoute: false,
          handler: async (request, reply) => {
            handOver(provider, request, reply, browser);
            return reply;
          },
        });
  });
}
