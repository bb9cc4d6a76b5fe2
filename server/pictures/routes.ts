/** HTTP edge of pictures: fans bring them, everybody sees them. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { PictureView, refuse, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { coverRoutes } from './cover-routes.ts';
import type { Pictures } from './index.ts';
import { operatorRoutes } from './operator-routes.ts';
import { PageQuery, pageAsked } from './page.ts';
import type { Size } from './picture.ts';
import { receive } from './receive.ts';
import type { UploadFields } from './upload.ts';

const tags = ['pictures'];
const strict = { additionalProperties: false } as const;
const UserParams = Type.Object({ userId: UuidSchema }, strict);
type UserParams = Static<typeof UserParams>;
const OwnImageParams = Type.Object({ userId: UuidSchema, imageId: UuidSchema }, strict);
const EventParams = Type.Object({ eventId: UuidSchema }, strict);
const ImageParams = Type.Object({ imageId: UuidSchema }, strict);
type ImageParams = Static<typeof ImageParams>;
const ReportBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: LIMITS.pictureReasonMax, pattern: '\\S' }) },
  strict,
);
const PictureList = Type.Object({
  items: Type.Array(PictureView),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const Reported = Type.Object({ reported: Type.Literal(true) });

/** Whoever took it for a page would find nothing that it may do. */
const PICTURE_POLICY =
  "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/**
 * A picture never changes under its address, so a browser need not ask again. Kept by browsers and by nobody between: a
 * shared cache would go on showing what an operator has hidden.
 */
const FOR_EVER = 'private, max-age=31536000, immutable';
const PATHS: readonly [string, Size][] = [
  ['/images/:imageId', 'large'],
  ['/images/:imageId/small', 'small'],
];

const privately = (reply: FastifyReply): FastifyReply => reply.header('cache-control', 'private, no-store');

function ownRoutes(app: FastifyInstance, pictures: Pictures): void {
  app.post<{ Params: UserParams }>(
    '/users/:userId/upload-image',
    {
      schema: {
        tags,
        summary: 'Add a picture of a night one was at',
        description: `multipart/form-data: \`image\` (the file), \`eventId\`, optionally \`caption\`; the fields first spare a file that is refused.`,
        params: UserParams,
        response: { 201: PictureView },
      },
      config: {
        access: 'account',
        owns: 'user',
        perMinute: LIMITS.uploadsPerMinute,
        bodyMs: LIMITS.uploadMs,
      },
    },
    async (request, reply) => {
      const { id } = accountOf(request);
      if (request.params.userId.toLowerCase() !== id) return answer(reply, refuse('NOT_FOUND'));
      const made = await pictures.enter(async () => {
        const received = await receive(request, {
          fields: ['eventId', 'caption'],
          judge: (fields: UploadFields) => pictures.judgeEarly(id, fields),
        });
        return received.ok ? pictures.upload(id, received.value.fields, received.value.image) : received;
      });
      return answer(privately(reply), made, 201);
    },
  );

  app.get<{ Params: UserParams; Querystring: Static<typeof PageQuery> }>(
    '/users/:userId/images',
    {
      schema: {
        tags,
        summary: 'Pictures somebody has added',
        description: 'One’s own with those that an operator hid; of others what everybody may see.',
        params: UserParams,
        querystring: PageQuery,
        response: { 200: PictureList },
      },
      config: { access: 'public' },
    },
    async (request, reply) =>
      privately(reply).send(
        await pictures.ofAccount(request.params.userId, request.account, pageAsked(request.query)),
      ),
  );

  app.delete<{ Params: Static<typeof OwnImageParams> }>(
    '/users/:userId/images/:imageId',
    {
      schema: { tags, summary: 'Delete a picture for good', params: OwnImageParams },
      config: { access: 'account', owns: 'user' },
    },
    async (request, reply) => {
      const { userId, imageId } = request.params;
      const gone = await pictures.remove(accountOf(request), userId, imageId);
      return gone.ok ? reply.code(204).send() : answer(reply, gone);
    },
  );
}

function publicRoutes(app: FastifyInstance, pictures: Pictures): void {
  for (const [path, size] of PATHS)
    app.get<{ Params: ImageParams }>(
      path,
      {
        schema: {
          tags,
          summary: size === 'large' ? 'A picture (WebP)' : 'A picture, small (WebP)',
          params: ImageParams,
        },
        config: { access: 'public' },
      },
      async (request, reply) => {
        const found = await pictures.find(request.params.imageId, request.account);
        if (!found.ok) return answer(privately(reply), found);
        const { id, hidden } = found.value;
        const etag = `"${id}-${size}"`;
        reply.headers({
          'cache-control': hidden ? 'private, no-store' : FOR_EVER,
          'content-security-policy': PICTURE_POLICY,
          etag,
        });
        if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
        const bytes = await pictures.bytes(id, size);
        if (!bytes.ok) return answer(privately(reply.removeHeader('etag')), bytes);
        return reply
          .type('image/webp')
          .header('content-disposition', 'inline; filename="picture.webp"')
          .send(bytes.value);
      },
    );

  app.get<{ Params: Static<typeof EventParams>; Querystring: Static<typeof PageQuery> }>(
    '/events/:eventId/images',
    {
      schema: {
        tags,
        summary:
          'Pictures of earlier nights at the same place or by the same artist, and of the event once it is over',
        params: EventParams,
        querystring: PageQuery,
        response: { 200: PictureList },
      },
      config: { access: 'public', ignoresCredentials: true },
    },
    async (request, reply) => {
      const page = await pictures.ofEvent(request.params.eventId, pageAsked(request.query));
      // What an operator hides is gone with the next look.
      return answer(reply.header('cache-control', 'no-cache'), page);
    },
  );

  app.post<{ Params: ImageParams; Body: Static<typeof ReportBody> }>(
    '/images/:imageId/report',
    {
      schema: {
        tags,
        summary: 'Report a picture',
        params: ImageParams,
        body: ReportBody,
        response: { 200: Reported },
      },
      config: { access: 'account', owns: 'image', perMinute: LIMITS.reportsPerMinute },
    },
    async (request, reply) =>
      answer(
        privately(reply),
        await pictures.report(accountOf(request).id, request.params.imageId, request.body.reason.trim()),
      ),
  );
}

export async function pictureRoutes(
  app: FastifyInstance,
  { pictures }: { pictures: Pictures },
): Promise<void> {
  await app.register(multipart);
  ownRoutes(app, pictures);
  publicRoutes(app, pictures);
  coverRoutes(app, pictures);
  operatorRoutes(app, pictures);
}
