/** Removes what `npm start` keeps: the embedded stores' data and the development keys. Nothing else is touched. */
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readConfig } from '../../server/config.ts';
import { lockOwner } from '../../server/stores/data-lock.ts';
import { postgresHome, SHARED_NAMES } from '../../server/stores/embedded.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const { dataDir } = readConfig({ HOLDFAST_DATA: process.env.HOLDFAST_DATA });
const home = dirname(postgresHome(dataDir));

const owner = lockOwner(dataDir);
if (owner !== undefined) {
  process.stderr.write(`Holdfast is running on ${dataDir} (process ${owner}).\n  Stop it first.\n`);
  process.exit(1);
}

const doomed = [
  ...SHARED_NAMES.map((name) => join(home, name)),
  ...['redis', 'keys', 'lock'].map((name) => join(dataDir, name)),
].filter((path) => existsSync(path));
if (doomed.length === 0) {
  print(`Nothing to remove: ${dataDir} holds no data.`);
  process.exit(0);
}

print(`This removes every event, order, ticket and key of this installation:\n  ${doomed.join('\n  ')}`);
if (!process.argv.includes('--yes')) {
  if (!process.stdin.isTTY) {
    process.stderr.write('Nothing was removed.\n  Say so explicitly: npm run reset -- --yes\n');
    process.exit(1);
  }
  const ask = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await ask.question('Type "reset" to go on: ');
  ask.close();
  if (answer.trim() !== 'reset') {
    print('Nothing was removed.');
    process.exit(1);
  }
}
for (const path of doomed) rmSync(path, { recursive: true, force: true });
if (home !== dataDir) rmSync(home, { recursive: true, force: true });
print('Removed. The next npm start begins anew.');
