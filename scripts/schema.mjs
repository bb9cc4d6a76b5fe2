/** `npm run schema`: dumps the schema that migrations and functions make into server/stores/schema.sql, and the map format's into docs. */
import { ensureInstalled, runNode } from './lib/install.mjs';

ensureInstalled();
process.exit(runNode(['scripts/lib/dump-schema.ts']));
