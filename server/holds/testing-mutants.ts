/** Changes of the text of SQL and Lua, by which tests show that they can fail. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Script } from '../stores/index.ts';

export interface Mutant {
  /** Beside this file. */
  file: string;
  /** Must stand in the file (a Lua file with what it includes) exactly once. */
  line: string;
  becomes: string;
}

export const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

/** @throws Error when the line is not there exactly once */
export function mutate(text: string, mutant: Mutant): string {
  if (text.split(mutant.line).length !== 2)
    throw new Error(`${mutant.file} does not have exactly one "${mutant.line}"`);
  return text.replace(mutant.line, () => mutant.becomes);
}

/** `luaFile` that hands out one script mutated. */
export function mutantLuaFile(luaFile: (base: string, file: string) => Script, mutant?: Mutant) {
  return (base: string, file: string): Script => {
    const script = luaFile(base, file);
    if (mutant?.file !== file) return script;
    const source = mutate(script.source, mutant);
    return { name: file, source, sha: createHash('sha1').update(source).digest('hex') };
  };
}
