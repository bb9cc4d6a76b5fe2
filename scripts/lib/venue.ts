/**
 * npm run venue -- import <file> [--vendor <email>] | export <mapId> [file] | check <file> | generate <seats> [file] | list
 *
 * Exit code 0: done; 1: the map was refused, or there is none of this id; 2: it could not be done at all.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { createIds, isUuid, systemClock } from '../../server/kernel/index.ts';
import {
  checkMap,
  createMaps,
  generateVenue,
  inWords,
  type Maps,
  mapText,
  VENUE_SIZES,
  type VenueSize,
} from '../../server/seating/index.ts';
import { isStoreAway, type Pool, sqlState, statement } from '../../server/stores/index.ts';
import { PlainError } from '../../server/stores/plain-error.ts';
import { withDatabase } from './venue-database.ts';

const USAGE = `Usage: npm run venue -- import <file> [--vendor <email>]   a map, for everybody or for one vendor
                        export <mapId> [file]               its document, every row written out
                        check <file>                        what is wrong with a document, if anything
                        generate <${VENUE_SIZES.join('|')}> [file]   a test venue
                        list                                all maps`;

const DONE = 0;
const REFUSED = 1;
const FAILED = 2;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);
const pathOf = (file: string) => resolve(process.env.HOLDFAST_VENUE_FROM ?? process.cwd(), file);

class UsageError extends Error {}

const findVendor = statement(
  'venue_find_vendor',
  `select id from accounts.users where email = lower($1) and role = 'vendor'`,
);
const listAll = statement(
  'venue_list',
  `select m.id, m.name, m.seat_count as seats, u.email as vendor from ticketing.venue_maps m
     left join accounts.users u on u.id = m.vendor_id order by m.created_at, m.id`,
);

/** @throws PlainError when it cannot be read, or is no JSON */
function readDocument(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(pathOf(file), 'utf8');
  } catch (err) {
    throw new PlainError(
      `${file} cannot be read: ${(err as Error).message}`,
      'Name the file of a map document.',
      err,
    );
  }
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (err) {
    throw new PlainError(
      `${file} is not JSON: ${(err as Error).message}`,
      'docs/venue-maps.md shows the format.',
      err,
    );
  }
}

function write(file: string | undefined, text: string): number {
  if (!file) process.stdout.write(text);
  else {
    try {
      writeFileSync(pathOf(file), text);
    } catch (err) {
      throw new PlainError(
        `${file} cannot be written: ${(err as Error).message}`,
        'Choose another place.',
        err,
      );
    }
    complain(`Written to ${file}.`);
  }
  return DONE;
}

/** Prints what is wrong, one line each. Whether anything is. */
function judged(file: string, document: unknown) {
  const checked = checkMap(document);
  if (checked.ok) return checked.map;
  for (const problem of checked.problems) complain(inWords(problem));
  const many = checked.problems.length;
  complain(`${file}: ${many === 1 ? 'one problem' : `${many} problems`}.`);
  return null;
}

function check(file: string): number {
  const map = judged(file, readDocument(file));
  if (!map) return REFUSED;
  const rows = map.sections.flatMap((section) => section.rows);
  const seats = rows.reduce((sum, row) => sum + row.seats.length, 0);
  say(
    `${map.name}: ${seats} seats in ${rows.length} rows and ${map.sections.length} sections. Nothing is wrong.`,
  );
  return DONE;
}

async function importMap(db: Pool, maps: Maps, file: string, vendor: string | undefined): Promise<number> {
  const document = readDocument(file);
  if (!judged(file, document)) return REFUSED;
  const owner = vendor === undefined ? null : await db.one<{ id: string }>(findVendor, [vendor]);
  if (owner === undefined) {
    complain(`There is no vendor ${vendor}.`);
    return REFUSED;
  }
  const made = await maps.import(owner?.id ?? null, document);
  if (!made.ok) {
    complain(made.error.message ?? made.error.code);
    return REFUSED;
  }
  const { id, name, seats, created } = made.value;
  say(
    `${created ? 'Imported' : 'Was there already'}: ${name}, ${seats} seats, ${vendor ? `for ${vendor}` : 'for everybody'}`,
  );
  say(id);
  return DONE;
}

async function exportMap(maps: Maps, id: string, file: string | undefined): Promise<number> {
  const map = isUuid(id) ? await maps.document(id, { id: null, seesAll: true }) : null;
  if (map) return write(file, mapText(map));
  complain(`There is no map ${id}.`);
  return REFUSED;
}

async function list(db: Pool): Promise<number> {
  const maps = await db.all<{ id: string; name: string; seats: number; vendor: string | null }>(listAll);
  for (const { id, name, seats, vendor } of maps)
    say(`${id}  ${String(seats).padStart(6)}  ${name}  (${vendor ?? 'for everybody'})`);
  if (maps.length === 0) complain('There are no maps yet.');
  return DONE;
}

function generate(size: string, file: string | undefined): number {
  const wanted = VENUE_SIZES.find((each) => String(each) === size);
  if (!wanted) throw new UsageError(`There is no test venue of ${size} seats: ${VENUE_SIZES.join(', ')}.`);
  return write(file, mapText(generateVenue(wanted satisfies VenueSize)));
}

function run(argv: string[]): Promise<number> | number {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { vendor: { type: 'string' } },
  });
  const [verb, first, second, ...more] = positionals;
  const counts: Record<string, [number, number]> = {
    import: [1, 1],
    export: [1, 2],
    check: [1, 1],
    generate: [1, 2],
    list: [0, 0],
  };
  const [least, most] = counts[verb ?? ''] ?? [0, -1];
  const given = positionals.length - 1;
  if (given < least || given > most || more.length > 0 || (values.vendor !== undefined && verb !== 'import'))
    throw new UsageError(verb && counts[verb] ? `${verb}: not so` : 'Name what to do.');
  if (verb === 'check') return check(first as string);
  if (verb === 'generate') return generate(first as string, second);
  return withDatabase(async (db) => {
    const maps = createMaps({ db, ids: createIds(systemClock.now) });
    if (verb === 'import') return importMap(db, maps, first as string, values.vendor);
    return verb === 'export' ? exportMap(maps, first as string, second) : list(db);
  });
}

function explain(err: unknown): string {
  if (err instanceof UsageError || (err as { code?: string }).code?.startsWith('ERR_PARSE_ARGS'))
    return `${(err as Error).message}\n${USAGE}`;
  if (sqlState(err as Error) === '42P01')
    return 'This database has no venue maps yet.\n  Start Holdfast on it once: npm start.';
  if (isStoreAway(err as Error)) return `The database does not answer: ${(err as Error).message}`;
  return err instanceof Error && !(err instanceof PlainError)
    ? (err.stack ?? err.message)
    : (err as Error).message;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (err) {
  complain(explain(err));
  process.exitCode = FAILED;
}
