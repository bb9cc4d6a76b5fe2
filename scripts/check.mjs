/** `npm run check`: types, lint and format, and what only this project checks. Ends with 1 when anything is wrong. */
import { join } from 'node:path';
import { checkHabits } from './lib/check-habits.mjs';
import { checkImports } from './lib/check-imports.mjs';
import { checkRules } from './lib/check-rules.mjs';
import { ensureInstalled, ROOT, runNode } from './lib/install.mjs';

ensureInstalled();

const say = (line) => process.stdout.write(`${line}\n`);
let failed = 0;

function report(name, problems, note = '') {
  say(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}${note}`);
  for (const problem of problems) say(`       ${problem}`);
  if (problems.length > 0) failed += 1;
}

const command = (args) =>
  runNode(args) === 0 ? [] : [`${args[0].replace(`${ROOT}/`, '')} found problems (above)`];

report('types', command([join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.']));
report(
  'lint and format',
  command([
    join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
    'check',
    '--diagnostic-level=warn',
    '--error-on-warnings',
    '.',
  ]),
);
const rules = checkRules(ROOT);
report('rules and their tests', rules.problems, ` (${rules.count} rules)`);
report('import directions', checkImports(ROOT));
report('habits', checkHabits(ROOT));
process.exit(failed > 0 ? 1 : 0);
