/**
 * The tree is the architecture: imports point one way, kernel ← protocol ← keys, stores ← transport ← slices ← edges ←
 * main; a slice is entered through its index.ts, and slices do not import each other in a circle.
 */
import { posix } from 'node:path';
import { type SourceFile, sourceFiles } from './source-files.ts';

const LEVELS: Record<string, number> = {
  // Parts of the root's own files.
  limits: 0,
  config: 0,
  compose: 6,
  kernel: 0,
  protocol: 1,
  keys: 2,
  stores: 2,
  transport: 3,
  http: 5,
  realtime: 5,
  worker: 5,
  demo: 5,
};
const SLICE = 4;
const TOP = 6;
/** Files at the server's root that anybody may read. */
const PLAIN = new Set(['server/config.ts', 'server/limits.ts']);
const BUCKETS = /(^|\/)(util|utils|common|helper|helpers|types|misc)(\.tsx?$|\/)/;
const IMPORT =
  /\b(?:import|export)\b(\s+type\b)?[^'";]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(\s*['"]([^'"]+)['"]/g;

const isTest = (path: string) =>
  /\.test\.tsx?$/.test(path) || /(^|\/)testing[^/]*\.ts$/.test(path) || path.startsWith('tests/');
const partOf = (path: string): string | null => {
  const [top, part, rest] = path.split('/');
  return top === 'server' && part !== undefined && rest !== undefined ? part : null;
};
const levelOf = (part: string | null) => (part === null ? TOP : (LEVELS[part] ?? SLICE));
/** Comments may quote imports. */
const code = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

function importsOf({ path, text }: SourceFile): { target: string; typeOnly: boolean }[] {
  return [...code(text).matchAll(IMPORT)].map(([, typeOnly, from, dynamic]) => {
    const target = from ?? dynamic ?? '';
    return {
      typeOnly: Boolean(typeOnly),
      target: target.startsWith('.') ? posix.join(posix.dirname(path), target) : target,
    };
  });
}

/** For each slice, the slices it imports, with a file that does. */
type Edges = Map<string, Map<string, string>>;

export function compareImports(files: readonly SourceFile[]): string[] {
  const problems: string[] = [];
  const edges: Edges = new Map();
  for (const file of files) {
    const { path } = file;
    if (BUCKETS.test(path))
      problems.push(`${path}: name it after what it is, not "${path.match(BUCKETS)?.[2]}"`);
    const part = partOf(path);
    for (const { target, typeOnly } of importsOf(file)) {
      const mine = target.startsWith('server/');
      if (path.startsWith('client/') && mine && !target.startsWith('server/protocol/') && !isTest(path))
        problems.push(`${path}: pages import server/protocol only, not ${target}`);
      if (part === 'protocol' && target.startsWith('node:') && !isTest(path))
        problems.push(`${path}: the protocol runs in browsers too, where there is no ${target}`);
      if (!path.startsWith('server/') || !mine || isTest(path) || PLAIN.has(target)) continue;
      const other = partOf(target);
      if (other === part) continue;
      if (levelOf(other) > levelOf(part))
        problems.push(`${path}: ${part ?? 'the root'} must not import ${other ?? target}`);
      const entered = target === `server/${other}/index.ts`;
      if (
        !entered &&
        levelOf(other) >= SLICE &&
        other !== null &&
        !(path.startsWith('server/demo/') || levelOf(part) === TOP)
      )
        problems.push(`${path}: enter ${other} through its index.ts, not ${target}`);
      if (part !== null && other !== null && levelOf(part) === SLICE && levelOf(other) === SLICE && !typeOnly)
        edges.set(part, new Map(edges.get(part)).set(other, path));
    }
  }
  return [...new Set([...problems, ...circles(edges)])];
}

function circles(edges: Edges): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const walk = (part: string, trail: string[]): void => {
    if (trail.includes(part)) {
      problems.push(
        `slices in a circle: ${[...trail.slice(trail.indexOf(part)), part].join(' → ')} (${edges.get(trail.at(-1) ?? '')?.get(part)})`,
      );
      return;
    }
    if (done.has(part)) return;
    for (const other of edges.get(part)?.keys() ?? []) walk(other, [...trail, part]);
    done.add(part);
  };
  for (const part of edges.keys()) walk(part, []);
  return problems;
}

export function checkImports(root: string): string[] {
  return compareImports(sourceFiles(root, ['server', 'client'], (name) => /\.tsx?$/.test(name)));
}
