import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { keyRingFrom } from '../../server/keys/index.ts';
import { lockData } from '../../server/stores/data-lock.ts';
import { compareImports } from './check-imports.ts';
import { compareRules } from './check-rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'holdfast-commands-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function run(script: string, args: string[] = [], env: Record<string, string> = {}) {
  const done = spawnSync(process.execPath, [join(ROOT, 'scripts', script), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: done.status, out: done.stdout, err: done.stderr };
}

test('G30: no test is a failure, and the last line says so', () => {
  const { code, out } = run('test.mjs', ['no-such-file-anywhere']);
  expect(out.trim().split('\n').at(-1)).toBe('0 passed, 1 failed');
  expect(code).toBe(1);
});

test('G30: passed and failed tests are counted, and a file that cannot be loaded is a failure', () => {
  const cases: [string, string, string][] = [
    [
      'passing',
      "import { test } from 'vitest'; test('a', () => {}); test('b', () => {});",
      '2 passed, 0 failed',
    ],
    [
      'failing',
      "import { test } from 'vitest'; test('a', () => {}); test('b', () => { throw new Error('no'); });",
      '1 passed, 1 failed',
    ],
    ['broken', "import './nowhere.js';", '0 passed, 1 failed'],
    [
      'stray',
      "import { test } from 'vitest'; test('a', () => { Promise.reject(new Error('late')); });",
      '1 passed, 1 failed',
    ],
  ];
  for (const [name, text, line] of cases) {
    const root = join(dir, name);
    mkdirSync(root);
    writeFileSync(join(root, 'it.check.js'), text);
    writeFileSync(
      join(root, 'vitest.config.mjs'),
      `export default { root: ${JSON.stringify(root)}, test: { include: ['*.check.js'], reporters: [${JSON.stringify(join(ROOT, 'scripts/lib/summary-reporter.mjs'))}] }, resolve: { alias: { vitest: ${JSON.stringify(join(ROOT, 'node_modules/vitest/dist/index.js'))} } } };`,
    );
    const { code, out } = run('test.mjs', ['--config', join(root, 'vitest.config.mjs')]);
    expect(out.trim().split('\n').at(-1), name).toBe(line);
    expect(code, name).toBe(line.endsWith(' 0 failed') ? 0 : 1);
  }
});

test('G31: rules and tests are compared both ways', () => {
  const rules = [
    { path: 'a/RULES.md', text: '- **Z1** One.\n- Z2: Two.\n- **Z3:** Three.' },
    { path: 'b/RULES.md', text: '- **Z1** Again.' },
  ];
  const tests = [
    {
      path: 'a/x.test.ts',
      text: `test('${'Z1'}: one', …); test('${'Z3, Z9'}: more', …); const s = 'Z8 is no title';`,
    },
  ];
  expect(compareRules(rules, tests)).toEqual({
    count: 3,
    problems: [
      'b/RULES.md: rule Z1 is already one of a/RULES.md',
      'a/x.test.ts: a test title begins with Z9, and no RULES.md has that rule',
      "a/RULES.md: no test's title begins with Z2",
    ],
  });
});

test('G31: imports against the directions are found', () => {
  const problem = (path: string, from: string) =>
    compareImports([{ path, text: `import { x } from '${from}';` }]);
  expect(problem('server/holds/place.ts', '../stores/index.ts')).toEqual([]);
  expect(problem('server/holds/place.ts', '../tickets/index.ts')).toEqual([]);
  expect(problem('server/holds/place.ts', '../tickets/issue.ts')).toEqual([
    'server/holds/place.ts: enter tickets through its index.ts, not server/tickets/issue.ts',
  ]);
  expect(problem('server/stores/redis.ts', '../holds/index.ts')).toEqual([
    'server/stores/redis.ts: stores must not import holds',
  ]);
  expect(problem('server/kernel/log.ts', '../protocol/index.ts')).toEqual([
    'server/kernel/log.ts: kernel must not import protocol',
  ]);
  expect(problem('client/main.tsx', '../server/holds/index.ts')).toEqual([
    'client/main.tsx: pages import server/protocol only, not server/holds/index.ts',
  ]);
  expect(problem('server/protocol/merkle.ts', 'node:crypto')).toHaveLength(1);
  expect(problem('server/holds/utils.ts', 'node:fs')).toHaveLength(1);
  const circle = [
    { path: 'server/holds/a.ts', text: "import { t } from '../tickets/index.ts';" },
    { path: 'server/tickets/b.ts', text: "export { h } from '../holds/index.ts';" },
  ];
  expect(compareImports(circle)).toEqual([
    'slices in a circle: holds → tickets → holds (server/tickets/b.ts)',
  ]);
});

test('G32: reset asks, refuses while a server runs, and then removes its own things only', () => {
  const dataDir = join(dir, 'data');
  for (const name of ['postgres', 'redis', 'keys', 'mine'])
    mkdirSync(join(dataDir, name), { recursive: true });
  const env = { HOLDFAST_DATA: dataDir };
  const unasked = run('reset.mjs', [], env);
  expect(unasked.err).toContain('Nothing was removed');
  expect(unasked.code).toBe(1);

  const release = lockData(dataDir);
  const running = run('reset.mjs', ['--yes'], env);
  expect(running.err).toContain(`Holdfast is running on ${dataDir} (process ${process.pid})`);
  expect(running.code).toBe(1);
  expect(existsSync(join(dataDir, 'redis'))).toBe(true);
  release();

  expect(run('reset.mjs', ['--yes'], env).code).toBe(0);
  expect(['postgres', 'redis', 'keys', 'mine'].filter((name) => existsSync(join(dataDir, name)))).toEqual(
    // Where Postgres's data lives elsewhere (root, closed folder), a folder of that name is not ours.
    existsSync(join(dataDir, 'postgres')) ? ['postgres', 'mine'] : ['mine'],
  );
});

test('G33: the printed keys are accepted', () => {
  const { out, code } = run('keys.mjs');
  expect(code).toBe(0);
  const ring = keyRingFrom(JSON.parse(out));
  expect(ring.readToken('access', ring.signToken('access', { sub: 'x' }))).toEqual({ sub: 'x' });
});

test('G38: the compose file asks for exactly the secrets that its example names', () => {
  const asked = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8').matchAll(/\$\{([A-Z_]+):\?/g);
  const named = readFileSync(join(ROOT, 'deploy/env.example'), 'utf8').matchAll(/^([A-Z_]+)=(.+)$/gm);
  expect([...new Set([...asked].map(([, name]) => name))].sort()).toEqual(
    [...named].map(([, name]) => name).sort(),
  );
});
