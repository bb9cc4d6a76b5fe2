/**
 * Values that a JSON schema accepts, so that a generated request gets past validation and meets the rule behind it.
 * Fields with a name of the world's things (`orderId`) get that thing's id.
 */
import { randomUUID } from 'node:crypto';

export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  minProperties?: number;
}

/** Values by field name; an optional field that stands here is filled in too. */
export type Known = Record<string, unknown>;

/** A name may be a number in one body and a word in another. */
const fits = (schema: Schema, value: unknown): boolean =>
  schema.anyOf?.some((one) => one.type !== 'null' && fits(one, value)) ??
  (typeof value !== 'number' || schema.type !== 'string');

export function sample(schema: Schema, known: Known, name = ''): unknown {
  if (name in known && fits(schema, known[name]))
    return schema.type === 'array' ? [known[name]] : known[name];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sample(schema.anyOf[0] as Schema, known, name);
  switch (schema.type) {
    case 'object':
      return sampleObject(schema, known);
    case 'array':
      // `ticketIds` are made of `ticketId`s.
      return Array.from({ length: Math.max(1, schema.minItems ?? 0) }, () =>
        sample(schema.items ?? {}, known, name.replace(/s$/, '')),
      );
    case 'integer':
    case 'number':
      return schema.minimum ?? (schema.exclusiveMinimum === undefined ? 1 : schema.exclusiveMinimum + 1);
    case 'boolean':
      return true;
    case 'null':
      return null;
    case 'string':
      return sampleText(schema);
    default:
      return {};
  }
}

function sampleObject(
  { properties = {}, required = [], minProperties = 0 }: Schema,
  known: Known,
): Record<string, unknown> {
  const wanted = new Set([
    ...required,
    ...Object.keys(properties).filter((key) => key in known || key.replace(/s$/, '') in known),
  ]);
  for (const key of Object.keys(properties)) if (wanted.size < minProperties) wanted.add(key);
  return Object.fromEntries([...wanted].map((key) => [key, sample(properties[key] ?? {}, known, key)]));
}

function sampleText({ format, pattern, minLength = 1 }: Schema): string {
  if (format === 'uuid') return randomUUID();
  if (format === 'date-time') return '2030-01-01T20:00:00.000Z';
  if (pattern?.includes('@')) return `${randomUUID()}@example.test`;
  if (pattern?.includes('[A-Z]{3}')) return 'EUR';
  return 'sample'.padEnd(minLength, '-');
}
