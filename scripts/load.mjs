// `npm run load [-- browse]`: see load-tests/run.ts. VUS and SECONDS change its size.
import { spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
spawn(at('../node_modules/.bin/node'), [at('../load-tests/run.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
}).on('exit', (code) => process.exit(code ?? 1));
