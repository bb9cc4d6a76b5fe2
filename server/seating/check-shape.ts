/**
 * Whether a document has the format's shape. Sections, rows and seats are looked at one by one, so that each problem has a
 * place of its own, and a row is compared with the one kind it is meant to be.
 */
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Problems } from './map-problems.ts';
import { DescribedRow, MAP_FORMAT, VenueMap, WrittenRow, WrittenSeat } from './venue-map.ts';

interface SchemaError {
  keyword: string;
  instancePath: string;
  message: string;
  params: {
    requiredProperties?: string[];
    additionalProperties?: string[];
    type?: string | string[];
    allowedValues?: string[];
  };
}

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The schema, but whatever stands in one of its lists: what is in there is looked at by itself. */
function without<Schema extends TSchema & { properties: Record<string, TSchema> }>(
  schema: Schema,
  list: string,
) {
  const inner = schema.properties[list] as TSchema & { maxItems?: number };
  const items = Type.Array(Type.Unknown(), { maxItems: inner.maxItems });
  return Compile({ ...schema, properties: { ...schema.properties, [list]: items } } as TSchema);
}

const frame = without(VenueMap, 'sections');
const section = without(VenueMap.properties.sections.items, 'rows');
const writtenRow = without(WrittenRow, 'seats');
const describedRow = Compile(DescribedRow);
const seat = Compile(WrittenSeat);

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function valueAt(value: unknown, pointer: string): unknown {
  let found = value;
  for (const step of pointer.split('/').slice(1))
    found = (found as Members | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')];
  return found;
}

function sentence({ keyword, message, params }: SchemaError, value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'must be a finite number';
  if (keyword === 'type')
    return `must be ${[params.type]
      .flat()
      .map((type) => TYPES[type ?? ''] ?? type)
      .join(' or ')}`;
  if (keyword === 'anyOf') return 'must be a label (text) or an offset (a whole number)';
  if (keyword === 'const') return `must be "${MAP_FORMAT}"`;
  if (keyword === 'enum') return `must be one of ${params.allowedValues?.join(', ')}`;
  if (keyword === 'boolean') return 'is one too many';
  if (keyword === 'pattern' && typeof value === 'string' && /\s/.test(value))
    return 'must not begin or end with a space, nor have line breaks';
  return message;
}

/** What the schema finds, said once per place, and with the missing or unknown member as the place. */
function report(
  check: ReturnType<typeof Compile>,
  value: unknown,
  at: string,
  where: string,
  problems: Problems,
): void {
  if (check.Check(value)) return;
  const errors = check.Errors(value) as unknown as SchemaError[];
  const said = new Set<string>();
  const say = (pointer: string, message: string) => {
    if (said.has(pointer)) return;
    said.add(pointer);
    const field = pointer.split('/').at(-1);
    problems.add(at + pointer, `${field ? `${field} ` : ''}${message}${where}`);
  };
  const unions = new Set(
    errors.filter(({ keyword }) => keyword === 'anyOf').map((error) => error.instancePath),
  );
  for (const error of errors.toSorted(
    (a, b) => Number(b.keyword === 'additionalProperties') - Number(a.keyword === 'additionalProperties'),
  )) {
    const { instancePath: path, params } = error;
    for (const name of params.requiredProperties ?? []) say(`${path}/${name}`, 'is missing');
    for (const name of params.additionalProperties ?? []) say(`${path}/${name}`, 'is not known here');
    if (params.requiredProperties || params.additionalProperties) continue;
    if (unions.has(path) && error.keyword !== 'anyOf') continue;
    say(path, sentence(error, valueAt(value, path)));
  }
}

const called = (value: unknown, otherwise: string): string =>
  isMembers(value) && typeof value.label === 'string' ? value.label.slice(0, 40) : otherwise;

function checkRow(row: unknown, at: string, sectionName: string, problems: Problems): void {
  const where = ` (row ${called(row, '?')} of ${sectionName})`;
  if (!isMembers(row)) {
    problems.add(at, `must be an object${where}`);
    return;
  }
  if (!('seats' in row)) {
    if ('line' in row || 'count' in row) report(describedRow, row, at, where, problems);
    else problems.add(at, `is neither written out (seats) nor described (line, count, numbering)${where}`);
    return;
  }
  report(writtenRow, row, at, where, problems);
  if (!Array.isArray(row.seats)) return;
  for (const [i, each] of row.seats.entries()) {
    if (problems.isFull) return;
    report(
      seat,
      each,
      `${at}/seats/${i}`,
      ` (seat ${called(each, String(i + 1))}, row ${called(row, '?')} of ${sectionName})`,
      problems,
    );
  }
}

/** Adds to `problems`; none added: the document is a VenueMap. */
export function checkShape(document: unknown, problems: Problems): void {
  report(frame, document, '', '', problems);
  if (!isMembers(document) || !Array.isArray(document.sections)) return;
  for (const [s, each] of document.sections.entries()) {
    const at = `/sections/${s}`;
    const name = called(each, `section ${s + 1}`);
    report(section, each, at, ` (${name})`, problems);
    if (!isMembers(each) || !Array.isArray(each.rows)) continue;
    for (const [r, row] of each.rows.entries()) {
      if (problems.isFull) return;
      checkRow(row, `${at}/rows/${r}`, name, problems);
    }
  }
}
