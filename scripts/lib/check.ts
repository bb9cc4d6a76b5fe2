/** Runs every check and tells which failed. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { checkHabits } from './check-habits.ts';
import { checkImports } from './check-imports.ts';
import { checkRules } from './check-rules.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
let failed = 0;

function report(name: string, problems: readonly string[]): void {
  process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  for (const problem of problems) process.stdout.write(`       ${problem}\n`);
  if (problems.length > 0) failed += 1;
}

function command(program: string, args: readonly string[]): string[] {
  const run = spawnSync(process.execPath, [`${ROOT}/node_modules/${program}`, ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  return run.status === 0 ? [] : ['see above'];
}

report('types', command('typescript/bin/tsc', ['-p', '.']));
report('lint and format', command('@biomejs/biome/bin/biome', ['check', '--error-on-warnings', '.']));
const rules = checkRules(ROOT);
report(`rules and their tests (${rules.count} rules)`, rules.problems);
report('import directions', checkImports(ROOT));
report('habits', checkHabits(ROOT));
process.exit(failed > 0 ? 1 : 0);
