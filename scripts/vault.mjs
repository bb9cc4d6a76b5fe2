/** `npm run vault -- status | rotate [--dry-run] | key`: the vault of vendors' credentials (docs/operations.md). */
import process from 'node:process';
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
process.exit(runNode(['scripts/lib/vault.ts', ...process.argv.slice(2)], { NODE_NO_WARNINGS: '1' }));
