/** `npm run keys`: prints a new set of signing keys (a private JWK set) for HOLDFAST_KEYS. Keep it secret. */
import { join } from 'node:path';
import { ensureInstalled, ROOT, runNode } from './lib/install.mjs';

ensureInstalled();
const program = `
  import { generateKeys } from ${JSON.stringify(`file://${join(ROOT, 'server/keys/index.ts')}`)};
  process.stdout.write(JSON.stringify(generateKeys()) + '\\n');
`;
process.exit(runNode(['--input-type=module', '--eval', program]));
