// `npm run fake-stripe`: see load-tests/fake-stripe/README.md.
import process from 'node:process';
import { ensureInstalled, superviseNode } from './lib/install.mjs';

ensureInstalled();
process.exit(await superviseNode(['load-tests/fake-stripe/main.ts', ...process.argv.slice(2)]));
