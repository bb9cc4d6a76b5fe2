/**
 * Rules and tests name each other: every rule of a RULES.md has a test whose title begins with its id, every id at the
 * head of a title is a rule, and no id is given twice.
 */
import { type SourceFile, sourceFiles } from './source-files.ts';

const RULE = /^\s*[-*]\s+\**([A-Z]{1,2}\d+)\**[:.]?\**:?\s/gm;
/** A string that begins with ids and a colon: `'H3: …'`, `"H3, H4: …"`. */
const TITLE = /(['"`])([A-Z]{1,2}\d+(?:(?:,? and |, ?| )[A-Z]{1,2}\d+)*): /g;

export function compareRules(
  rules: readonly SourceFile[],
  tests: readonly SourceFile[],
): { problems: string[]; count: number } {
  const problems: string[] = [];
  const owner = new Map<string, string>();
  for (const { path, text } of rules)
    for (const [, id = ''] of text.matchAll(RULE)) {
      if (owner.has(id)) problems.push(`${path}: rule ${id} is already one of ${owner.get(id)}`);
      else owner.set(id, path);
    }
  const proven = new Set<string>();
  for (const { path, text } of tests)
    for (const [, , ids = ''] of text.matchAll(TITLE))
      for (const [id] of ids.matchAll(/[A-Z]{1,2}\d+/g)) {
        proven.add(id);
        if (!owner.has(id))
          problems.push(`${path}: a test title begins with ${id}, and no RULES.md has that rule`);
      }
  for (const [id, path] of owner)
    if (!proven.has(id)) problems.push(`${path}: no test's title begins with ${id}`);
  return { problems: [...new Set(problems)], count: owner.size };
}

export function checkRules(root: string): { problems: string[]; count: number } {
  return compareRules(
    sourceFiles(root, ['server', 'client'], (name) => name === 'RULES.md'),
    sourceFiles(root, ['server', 'client', 'scripts', 'tests', 'load-tests'], (name) =>
      /\.test\.tsx?$/.test(name),
    ),
  );
}
