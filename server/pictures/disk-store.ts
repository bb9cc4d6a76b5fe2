/** Pictures on this machine's disk: written beside their name, made sure of, then renamed onto it. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PictureStore } from './store.ts';

const isAbsent = (err: unknown): boolean => (err as NodeJS.ErrnoException).code === 'ENOENT';

async function* filesIn(root: string): AsyncGenerator<{ key: string; modifiedMs: number }> {
  for (const folder of await readdir(root, { withFileTypes: true })) {
    if (!folder.isDirectory()) continue;
    for (const file of await readdir(join(root, folder.name))) {
      const key = `${folder.name}/${file}`;
      try {
        yield { key, modifiedMs: (await stat(join(root, key))).mtimeMs };
      } catch (err) {
        // Gone since the folder was read.
        if (!isAbsent(err)) throw err;
      }
    }
  }
}

export function diskStore(root: string): PictureStore {
  return {
    async put(key, bytes) {
      const path = join(root, key);
      const beside = `${path}.${randomBytes(6).toString('hex')}.part`;
      await mkdir(dirname(path), { recursive: true });
      try {
        const file = await open(beside, 'wx', 0o640);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(beside, path);
      } catch (err) {
        await rm(beside, { force: true });
        throw err;
      }
    },
    async get(key) {
      try {
        return await readFile(join(root, key));
      } catch (err) {
        if (isAbsent(err)) return null;
        throw err;
      }
    },
    remove: (key) => rm(join(root, key), { force: true }),
    async *list() {
      try {
        yield* filesIn(root);
      } catch (err) {
        // Before the first picture there is no folder.
        if (!isAbsent(err)) throw err;
      }
    },
    async probe() {
      await mkdir(root, { recursive: true });
    },
  };
}
