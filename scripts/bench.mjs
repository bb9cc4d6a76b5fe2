// `npm run bench -- <name>`: holds, joins, race, seats, seat-wire, checkout, search, recommendations, recommend-quality (default: all), soak. Each prints its figures and the ratios of design section 10.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ALL = [
  'holds',
  'joins',
  'race',
  'seats',
  'seat-wire',
  'checkout',
  'search',
  'recommendations',
  'recommend-quality',
];
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : ALL) {
  const file = fileURLToPath(new URL(`./bench/${name}.ts`, import.meta.url));
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) {
    process.stderr.write(`There is no benchmark "${name}". Known: ${ALL.join(', ')}.\n`);
    process.exit(2);
  }
  process.stdout.write(`\n# ${name}\n`);
  const code = await new Promise((resolve) => {
    spawn(fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url)), [file], {
      stdio: 'inherit',
    }).on('exit', resolve);
  });
  if (code !== 0) process.exit(1);
}
