import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { lockOwner } from '../../server/stores/data-lock.ts';
import { startPostgres } from '../../server/stores/embedded.ts';
import { migrate } from '../../server/stores/migrate.ts';
import { type TestWorld, testWorld } from '../../server/stores/testing.ts';

const PROGRAM = fileURLToPath(new URL('../venue.mjs', import.meta.url));
const dir = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-venue-'));
const UUID = /^[0-9a-f-]{36}$/;

// Each run is a process, and some of them start a database.
vi.setConfig({ testTimeout: 120_000 });

let world: TestWorld;
beforeAll(async () => {
  world = await testWorld();
});
afterAll(async () => {
  await world.close();
  rmSync(dir, { recursive: true, force: true });
});

/** Runs the command in `dir`, as from a terminal there. */
function venue(args: string[], env: Record<string, string> = { DATABASE_URL: world.databaseUrl }) {
  const { DATABASE_URL: _url, HOLDFAST_DATA: _data, npm_lifecycle_event: _event, ...rest } = process.env;
  const done = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...rest, HOLDFAST_DATA: join(dir, 'unused'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}
const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';

test('S13: a map is generated, checked, imported once, listed and exported', () => {
  expect(venue(['generate', '200', 'theatre.json'])).toMatchObject({ code: 0, out: '' });
  expect(venue(['check', 'theatre.json'])).toMatchObject({
    code: 0,
    out: 'Lantern Theatre: 200 seats in 10 rows and 2 sections. Nothing is wrong.\n',
  });
  const first = venue(['import', 'theatre.json']);
  expect(first.code).toBe(0);
  const id = lastLine(first.out);
  expect(id).toMatch(UUID);
  expect(first.out).toContain('Imported: Lantern Theatre, 200 seats, for everybody');
  expect(venue(['export', id, 'written.json']).code).toBe(0);
  const again = venue(['import', join(dir, 'written.json')]);
  expect(again.out).toContain('Was there already');
  expect(lastLine(again.out)).toBe(id);
  expect(venue(['export', id]).out).toBe(readFileSync(join(dir, 'written.json'), 'utf8'));
  expect(venue(['list']).out).toContain(`${id}     200  Lantern Theatre  (for everybody)`);
});

test('S13: a vendor is named by e-mail, and must be one', async () => {
  venue(['generate', '200', 'own.json']);
  const { email } = await world.createUser('vendor');
  const made = venue(['import', 'own.json', '--vendor', email.toUpperCase()]);
  expect(made.code).toBe(0);
  expect(venue(['list']).out).toContain(`${lastLine(made.out)}     200  Lantern Theatre  (${email})`);
  const fan = await world.createUser('user');
  for (const nobody of [fan.email, 'nobody@test.holdfast'])
    expect(venue(['import', 'own.json', '--vendor', nobody])).toMatchObject({
      code: 1,
      err: `There is no vendor ${nobody}.\n`,
    });
});

test('S3, S13: a map that is wrong is refused with every problem, one line each, and code 1', () => {
  const text = venue(['generate', '200']).out;
  writeFileSync(
    join(dir, 'wrong.json'),
    text.replace('"count":14', '"count":0').replace('"label":"B"', '"label":" B"'),
  );
  for (const verb of ['check', 'import']) {
    const { code, out, err } = venue([verb, 'wrong.json']);
    expect([code, out]).toEqual([1, '']);
    const lines = err.trim().split('\n');
    expect(lines[0]).toMatch(/^sections\/0\/rows\/0\/count: count must be >= 1 \(row A of Stalls\)$/);
    expect(lines.at(-1)).toBe('wrong.json: 2 problems.');
  }
  expect(venue(['export', '01a1fe5d-050c-7f2c-982b-3f6c8c443d0d']).code).toBe(1);
  expect(venue(['export', 'hall']).code).toBe(1);
});

test('S13: what could not be done at all is said plainly, with code 2', () => {
  writeFileSync(join(dir, 'broken.json'), '{"format":');
  const cases: [string[], RegExp, Record<string, string>?][] = [
    [[], /Usage/],
    [['draw', 'x'], /Usage/],
    [['import'], /Usage/],
    [['list', 'all'], /Usage/],
    [['check', 'a.json', '--vendor', 'x@y.example'], /Usage/],
    [['import', 'a.json', '--seller', 'x'], /Usage/],
    [['generate', '7'], /no test venue of 7 seats: 200, 2000, 20000, 60000/],
    [['check', 'absent.json'], /absent\.json cannot be read/],
    [['check', 'broken.json'], /broken\.json is not JSON/],
    [['generate', '200', 'no/such/folder.json'], /cannot be written/],
    [['list'], /does not answer/, { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }],
  ];
  for (const [args, said, env] of cases) {
    const { code, out, err } = venue(args, env);
    expect([code, out], args.join(' ')).toEqual([2, '']);
    expect(err).toMatch(said);
    expect(err).not.toMatch(/ at .*\.ts:\d+/);
  }
});

test('S13: it uses the database of a Holdfast that runs, and starts it for the moment where none does', async () => {
  const data = join(dir, 'data');
  const env = { HOLDFAST_DATA: data };
  venue(['generate', '200', 'here.json']);
  // Nothing runs: a new database, migrated, and stopped again.
  const alone = venue(['import', 'here.json'], env);
  expect(alone.err).toContain('Starting the database for a moment');
  expect(alone.code).toBe(0);
  expect(lockOwner(data)).toBeUndefined();
  // Here "runs" what `npm start` starts first, with its lock on the folder.
  const postgres = await startPostgres({ dataDir: data });
  try {
    await migrate(postgres.url);
    const beside = venue(['import', 'here.json'], env);
    expect(beside).toMatchObject({ code: 0, err: '' });
    expect(lastLine(beside.out)).toBe(lastLine(alone.out));
  } finally {
    await postgres.stop();
  }
  expect(venue(['list'], env).out).toContain(lastLine(alone.out));
});
