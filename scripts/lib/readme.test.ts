import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { sourceFiles } from './source-files.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const read = (path: string) => readFileSync(`${ROOT}/${path}`, 'utf8');

/** What the machine or these commands tell each other: nothing a person sets. */
const PLUMBING = [
  'PATH',
  'GOPATH',
  'FORCE_COLOR',
  'NODE_ENV',
  'NODE_NO_WARNINGS',
  'HOLDFAST_DATA',
  'HOLDFAST_TEST_SUMMARY',
  'HOLDFAST_TEST_ALL',
  'HOLDFAST_VENUE_FROM',
  'INIT_CWD',
];

/** Names in the first column of each table under "## Configuration". */
function tables(readme: string): string[][] {
  const section = readme.split(/^## /m).find((part) => part.startsWith('Configuration')) ?? '';
  return section
    .split(/^\| name \|.*$/m)
    .slice(1)
    .map((table) => [...table.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \|/gm)].map(([, name = '']) => name));
}

const names = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = '']) => name)),
];

test('G40: README names exactly the settings that the program reads', () => {
  const [settings = []] = tables(read('README.md'));
  expect(settings.length).toBeGreaterThan(10);
  expect([...settings].sort()).toEqual(names(read('server/config.ts'), /\benv\.([A-Z][A-Z0-9_]*)/g).sort());
});

test('G40: README names exactly what the commands read beside them', () => {
  const [, commands = []] = tables(read('README.md'));
  const text = [
    ...sourceFiles(ROOT, ['scripts', 'load-tests'], (name) => /\.(ts|mjs)$/.test(name)),
    { text: read('vite.config.ts') },
    { text: read('server/stores/testing-setup.ts') },
  ]
    .map((file) => file.text)
    .join('\n');
  const found = names(text, /\bprocess\.env\.([A-Z][A-Z0-9_]*)/g).filter((name) => !PLUMBING.includes(name));
  expect(found.length).toBeGreaterThan(0);
  expect([...commands].sort()).toEqual(found.sort());
});

test('G40: every file that README and the pages beside it point at exists', () => {
  const pages = sourceFiles(ROOT, ['docs'], (name) => name.endsWith('.md')).map((file) => file.path);
  const roots = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  const missing = [...roots, ...pages].flatMap((page) =>
    names(read(page), /\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)
      .map((target) => new URL(target, `file:///${page}`).pathname.slice(1))
      .filter((path) => !isThere(path))
      .map((path) => `${page} → ${path}`),
  );
  expect(missing).toEqual([]);
});

function isThere(path: string): boolean {
  try {
    readFileSync(`${ROOT}/${path}`);
    return true;
  } catch (err) {
    // A folder is there as well.
    return (err as NodeJS.ErrnoException).code === 'EISDIR';
  }
}
