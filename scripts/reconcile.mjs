/** `npm run reconcile -- payments [--dry-run]`: ledger against provider against tickets, by hand (docs/reconciliation.md). */
import process from 'node:process';
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
process.exit(runNode(['scripts/lib/reconcile.ts', ...process.argv.slice(2)], { NODE_NO_WARNINGS: '1' }));
