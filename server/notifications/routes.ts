/** HTTP edge of notifications: one's devices, reminders, and the end of suggestions. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { deviceName } from '../accounts/index.ts';
import { LIMITS } from '../limits.ts';
import { DeviceView, ok, ReminderView, TestedView, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import type { Notifications } from './index.ts';

const strict = { additionalProperties: false } as const;
const byDevice = Type.Object({ deviceId: UuidSchema }, strict);
const byEvent = Type.Object({ eventId: UuidSchema }, strict);
/** Base64url, with or without the `=` that some browsers put behind it. */
const Bytes = (length: number) => Type.String({ pattern: `^[A-Za-z0-9_-]{${length}}={0,2}$` });
const NewDevice = Type.Object(
  {
    endpoint: Type.String({ minLength: 10, maxLength: 1_000 }),
    keys: Type.Object({ p256dh: Bytes(87), auth: Bytes(22) }, strict),
    /** Default: what the browser says of itself. */
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 80,
        pattern: '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$',
      }),
    ),
  },
  strict,
);
const Token = Type.Object({ token: Type.String({ minLength: 1, maxLength: 300 }) }, strict);

const tags = ['notifications'];
const fresh = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'private, no-store');
/** Of a browser that says nothing of itself. */
const UNNAMED = 'A browser';
const bare = (text: string) => text.replace(/=+$/, '');

export function notificationRoutes(
  fastify: FastifyInstance,
  { notifications }: { notifications: Notifications },
): void {
  const app = fastify.withTypeProvider<TypeBoxTypeProvider>();
  const own = { access: 'account', owns: 'device' } as const;
  const { devices, reminders } = notifications;

  app.get(
    '/push/key',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'The key that a browser ties a subscription to',
        response: { 200: Type.Object({ key: Type.String() }) },
      },
    },
    async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=300').send({ key: notifications.publicKey }),
  );
  app.get(
    '/me/push',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'My devices that are told',
        response: { 200: Type.Object({ items: Type.Array(DeviceView) }) },
      },
    },
    async (request, reply) => fresh(reply).send({ items: await devices.mine(accountOf(request).id) }),
  );
  app.post(
    '/me/push',
    {
      config: { access: 'account', perMinute: 30 },
      schema: {
        tags,
        summary: 'Tell me on this device; a browser that another account had is mine from then on',
        body: NewDevice,
        response: { 201: DeviceView },
      },
    },
    async (request, reply) => {
      const { endpoint, keys, name } = request.body;
      const kept = await devices.keep(accountOf(request).id, {
        endpoint,
        keys: { p256dh: bare(keys.p256dh), auth: bare(keys.auth) },
        name: name?.trim() ?? deviceName(request.headers['user-agent']) ?? UNNAMED,
      });
      return answer(fresh(reply), kept, 201);
    },
  );
  app.delete(
    '/me/push/:deviceId',
    {
      config: own,
      schema: {
        tags,
        summary: 'Tell me no more on this device',
        params: byDevice,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) =>
      answer(reply, await devices.remove(accountOf(request).id, request.params.deviceId), 204),
  );
  app.post(
    '/me/push/:deviceId/test',
    {
      config: { ...own, perMinute: LIMITS.pushTestsPerMinute },
      schema: {
        tags,
        summary: 'Send a notification to this device now',
        params: byDevice,
        response: { 200: TestedView },
      },
    },
    async (request, reply) =>
      answer(fresh(reply), await notifications.test(accountOf(request).id, request.params.deviceId)),
  );
  app.get(
    '/me/reminders',
    {
      config: { access: 'account' },
      schema: {
        tags,
        summary: 'What I am reminded of',
        response: { 200: Type.Object({ items: Type.Array(ReminderView) }) },
      },
    },
    async (request, reply) => fresh(reply).send({ items: await reminders.mine(accountOf(request).id) }),
  );
  const byFan = { access: 'account', owns: 'event' } as const;
  app.put(
    '/me/reminders/:eventId',
    {
      config: byFan,
      schema: {
        tags,
        summary: 'Remind me when its sale begins',
        params: byEvent,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) =>
      answer(reply, await reminders.keep(accountOf(request).id, request.params.eventId), 204),
  );
  app.delete(
    '/me/reminders/:eventId',
    {
      config: byFan,
      schema: { tags, summary: 'Do not remind me', params: byEvent, response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await reminders.remove(accountOf(request).id, request.params.eventId);
      return answer(reply, ok(undefined), 204);
    },
  );
  suggestionRoutes(fastify, notifications);
}

/** What mail programs send by themselves is a form: its one field says nothing that the address does not. */
function suggestionRoutes(fastify: FastifyInstance, { unsubscribe }: Notifications): void {
  void fastify.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: 1_024 },
      (_request, _body, done) => done(null, undefined),
    );
    const app = scope.withTypeProvider<TypeBoxTypeProvider>();
    const config = { access: 'public', anyOrigin: true, ignoresCredentials: true, perMinute: 60 } as const;
    app.get(
      '/suggestions/off',
      {
        config,
        schema: {
          tags,
          hide: true,
          summary: 'To the page that asks first',
          querystring: Token,
          response: { 303: Type.Null() },
        },
      },
      // Programs that check links open this one too: a GET changes nothing.
      async (request, reply) =>
        reply.redirect(`/no-suggestions#${encodeURIComponent(request.query.token)}`, 303),
    );
    app.post(
      '/suggestions/off',
      {
        config,
        schema: {
          tags,
          summary: 'No more suggestions, by the link of a mail (RFC 8058)',
          querystring: Token,
          response: { 204: Type.Null() },
        },
      },
      async (request, reply) => answer(reply, await unsubscribe.end(request.query.token), 204),
    );
  });
}
