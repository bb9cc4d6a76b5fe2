/** What operators see and say of pictures. */
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { LIMITS } from '../limits.ts';
import { PictureCase, UuidSchema } from '../protocol/index.ts';
import { accountOf, answer } from '../transport/index.ts';
import { LISTED } from './decide.ts';
import type { Pictures } from './index.ts';
import { PageQuery, pageAsked } from './page.ts';

const tags = ['operations'];
const strict = { additionalProperties: false } as const;
const operator = { access: 'operator' } as const;
const ImageParams = Type.Object({ imageId: UuidSchema }, strict);
const ListQuery = Type.Object(
  { ...PageQuery.properties, status: Type.Optional(Type.Enum([...LISTED])) },
  strict,
);
const WordBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: LIMITS.pictureReasonMax, pattern: '\\S' }) },
  strict,
);
const CaseList = Type.Object({
  items: Type.Array(PictureCase),
  nextCursor: Type.Union([Type.String(), Type.Null()]),
});
const WORDS = [
  ['hide', 'Hide a picture from everybody but its owner'],
  ['show', 'Show a picture, whatever was reported'],
] as const;

export function operatorRoutes(app: FastifyInstance, pictures: Pictures): void {
  app.get<{ Querystring: Static<typeof ListQuery> }>(
    '/operations/images',
    {
      schema: {
        tags,
        summary: 'Reported or hidden pictures',
        querystring: ListQuery,
        response: { 200: CaseList },
      },
      config: operator,
    },
    async (request, reply) => {
      const { status = 'reported', ...page } = request.query;
      return reply.send(await pictures.cases(status, pageAsked(page)));
    },
  );

  for (const [word, summary] of WORDS)
    app.post<{ Params: Static<typeof ImageParams>; Body: Static<typeof WordBody> }>(
      `/operations/images/:imageId/${word}`,
      {
        schema: { tags, summary, params: ImageParams, body: WordBody, response: { 200: PictureCase } },
        config: operator,
      },
      async (request, reply) =>
        answer(
          reply,
          await pictures.decide(accountOf(request), request.params.imageId, word, request.body.reason.trim()),
        ),
    );
}
