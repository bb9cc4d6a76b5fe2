/** Habits that a linter does not know: time, chance and output come from the kernel, and nothing is left for later. */
import { sourceFiles } from './source-files.ts';

const HABITS = [
  {
    what: "the machine's clock: take a Clock",
    pattern: /\bDate\.now\(|\bnew Date\(\)/,
    outside: ['server/kernel/'],
  },
  { what: 'Math.random: take Ids or node:crypto', pattern: /\bMath\.random\(/, outside: ['server/kernel/'] },
  {
    what: 'console: take a Logger',
    pattern: /\bconsole\.(log|info|warn|error|debug)\(/,
    outside: ['server/kernel/'],
  },
  { what: 'something left for later', pattern: /\b(TODO|FIXME|XXX)\b/, outside: [] },
  {
    what: 'a test that is switched off or alone',
    pattern: /\b(test|it|describe)\.(only|skip|todo)\(/,
    outside: [],
  },
];

export function checkHabits(root: string): string[] {
  const problems: string[] = [];
  for (const { path, text } of sourceFiles(root, ['server', 'client'], (name) =>
    /\.(tsx?|sql|lua)$/.test(name),
  )) {
    const isTest = /\.test\.tsx?$/.test(path) || /\/testing[^/]*\.ts$/.test(path);
    for (const [index, line] of text.split('\n').entries())
      for (const { what, pattern, outside } of HABITS) {
        const everywhere = outside.length === 0;
        if (
          !everywhere &&
          (isTest || path.startsWith('client/') || outside.some((dir) => path.startsWith(dir)))
        )
          continue;
        // A comment may name what code must not do.
        const code = everywhere ? line : line.replace(/(^\s*\*.*|\/\/.*)$/, '');
        if (pattern.test(code)) problems.push(`${path}:${index + 1}: ${what}`);
      }
  }
  return problems;
}
