/** The repository's own files, for the checks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

export interface SourceFile {
  /** Relative to the root, with forward slashes. */
  path: string;
  text: string;
}

/** Files below `dirs` whose names `wanted` accepts, sorted by path. */
export function sourceFiles(
  root: string,
  dirs: readonly string[],
  wanted: (name: string) => boolean,
): SourceFile[] {
  const found: string[] = [];
  const walk = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.')) continue;
      const path = join(dir, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (wanted(entry.name)) found.push(relative(root, path).split(sep).join('/'));
    }
  };
  for (const dir of dirs) walk(join(root, dir));
  return found.sort().map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
