/**
 * Validation of what comes in: bodies as they are, without coercion and without dropping anything; paths and
 * queries converted from text. A failure names its field (rule X11).
 */
import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

interface Problem {
  keyword: string;
  instancePath: string;
  message: string;
  params: { requiredProperties?: string[]; additionalProperties?: string[] };
}

/** Carries the field through Fastify to the error handler. */
export class InvalidRequest extends Error {
  readonly field: string;
  readonly problem: string;
  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.field = field;
    this.problem = problem;
  }
}

/** The deepest complaint says most: of a union's many, the one about the member that nearly fits. */
function worst(problems: Problem[]): Problem | undefined {
  const depth = (p: Problem) => p.instancePath.split('/').length * 2 - (p.keyword === 'anyOf' ? 1 : 0);
  return problems.toSorted((a, b) => depth(b) - depth(a))[0];
}

function fieldOf(problem: Problem, part: string): string {
  const path = problem.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const named = problem.params.requiredProperties?.[0] ?? problem.params.additionalProperties?.[0];
  if (named !== undefined) path.push(named);
  return path.length > 0 ? path.join('.') : part;
}

const compiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const part = httpPart ?? 'body';
  const check = Compile(schema);
  return (given) => {
    const value = part === 'body' ? given : Value.Convert(schema, Value.Default(schema, given));
    if (check.Check(value)) return { value };
    const problem = worst(check.Errors(value) as unknown as Problem[]);
    return {
      error: problem
        ? new InvalidRequest(fieldOf(problem, part), problem.message)
        : new InvalidRequest(part, 'is not valid'),
    };
  };
};

export function addValidation(app: FastifyInstance): void {
  app.setValidatorCompiler(compiler as FastifySchemaCompiler<unknown>);
  // JSON and nothing else: a cross-site form cannot send it without asking first.
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Many clients name the type even when they send nothing.
    if (body === '') done(null, undefined);
    else parseJson(request, body as string, done);
  });
}
