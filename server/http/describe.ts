/**
 * What the API's description says beyond the routes' schemas: how each can refuse, and what asking and answering look like
 * (rules X80, X81). The examples were recorded from this program (`npm run examples`), and a test holds them against the schemas.
 */
import { readFileSync } from 'node:fs';
import { ERRORS, type ErrorCode } from '../protocol/index.ts';
import type { RouteEntry, RouteTable } from './route-table.ts';

/** One exchange, by `METHOD /path/:name`. */
export interface Example {
  status: number;
  request?: unknown;
  /** Of the answer; null: it has no body. */
  type: string | null;
  /** JSON answers only. */
  response?: unknown;
}
export type Examples = Record<string, Example>;

const FILE = new URL('./examples.json', import.meta.url);
export const readExamples = (): Examples => JSON.parse(readFileSync(FILE, 'utf8')) as Examples;

interface Content {
  schema?: unknown;
  example?: unknown;
}
interface Answer {
  description: string;
  content?: Record<string, Content>;
}
interface Operation {
  requestBody?: { content: Record<string, Content> };
  responses: Record<string, Answer>;
}
export interface Description {
  components?: { schemas?: Record<string, unknown> };
  paths?: Record<string, Record<string, Operation>>;
}

/** The one shape of an error. */
const ERROR_SCHEMA = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: {
        code: { type: 'string', enum: Object.keys(ERRORS) },
        message: { type: 'string' },
        details: { type: 'object', additionalProperties: true },
      },
    },
  },
} as const;
const REF = { $ref: '#/components/schemas/Error' } as const;

/** Bodies of HEAD are for nobody; some routes' errors have a shape that a standard gives them. */
function refusal(code: ErrorCode, route: RouteEntry): Answer {
  const { message } = ERRORS[code];
  const example = { error: { code, message } };
  const withBody = route.method !== 'HEAD' && !route.foreignErrors;
  return {
    description: `${code}: ${message}`,
    ...(withBody ? { content: { 'application/json': { schema: REF, example } } } : {}),
  };
}

/** How any request to such a route may be refused. What its own rules refuse has codes of its own: the `default`. */
function refusalsOf({ access, url, schema, method }: RouteEntry): ErrorCode[] {
  const takes = (schema as { body?: unknown; querystring?: unknown } | undefined) ?? {};
  const named = url.includes(':');
  return [
    ...(takes.body || takes.querystring || named ? (['INVALID_REQUEST'] as const) : []),
    ...(access === 'public' ? [] : (['UNAUTHENTICATED'] as const)),
    ...(access === 'vendor' || access === 'operator' || !['GET', 'HEAD'].includes(method)
      ? (['FORBIDDEN'] as const)
      : []),
    ...(named ? (['NOT_FOUND'] as const) : []),
    'RATE_LIMITED',
    'TEMPORARILY_UNAVAILABLE',
  ];
}

function describeRefusals(operation: Operation, route: RouteEntry): void {
  for (const code of refusalsOf(route)) operation.responses[ERRORS[code].status] ??= refusal(code, route);
  const withBody = route.method !== 'HEAD' && !route.foreignErrors;
  operation.responses.default = {
    description: 'Any other refusal; docs/errors.md has every code and what to do about it.',
    ...(withBody ? { content: { 'application/json': { schema: REF } } } : {}),
  };
}

function showExample(operation: Operation, { request, status, type, response }: Example): void {
  const body = operation.requestBody?.content['application/json'];
  if (body && request !== undefined) body.example = request;
  // What Swagger writes where a route says nothing of its answers.
  if (operation.responses['200']?.description === 'Default Response' && !operation.responses['200'].content)
    delete operation.responses['200'];
  const answer = operation.responses[status] ?? { description: 'Done' };
  operation.responses[status] = answer;
  if (type === null) return;
  const example = response === undefined ? {} : { example: response };
  answer.content = { ...answer.content, [type]: { ...answer.content?.[type], ...example } };
}

/**
 * A tuple is described as a list of so many. Its validator's spelling (`items` as a list) is not OpenAPI 3.1's, and programs that
 * read descriptions still stumble over `prefixItems`.
 */
function respellTuples(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  const schema = node as { type?: unknown; items?: unknown; maxItems?: number; additionalItems?: unknown };
  if (schema.type === 'array' && Array.isArray(schema.items)) {
    schema.maxItems = schema.items.length;
    // Ours are of one kind throughout: points, bounds, runs.
    schema.items = schema.items[0];
    delete schema.additionalItems;
  }
  for (const each of Object.values(node)) respellTuples(each);
}

/** Adds refusals and examples, in place. */
export function describe(description: Description, table: RouteTable, examples: Examples): void {
  respellTuples(description.paths);
  description.components = {
    ...description.components,
    schemas: { ...description.components?.schemas, Error: ERROR_SCHEMA },
  };
  for (const route of table.routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    const operation = description.paths?.[path]?.[route.method.toLowerCase()];
    if (!operation) continue;
    const example = examples[`${route.method} ${route.url}`];
    if (example) showExample(operation, example);
    describeRefusals(operation, route);
  }
}
