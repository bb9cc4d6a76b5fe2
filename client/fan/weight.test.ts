/** How much a phone loads to wait in line: everything the drop page imports, and the socket's code. */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { expect, test, vi } from 'vitest';

const BUDGET_KB = 60;

interface Chunk {
  type: 'chunk' | 'asset';
  fileName: string;
  name?: string;
  code?: string;
  source?: string | Uint8Array;
  imports?: string[];
  facadeModuleId?: string | null;
  moduleIds?: string[];
}

const bytesOf = (chunk: Chunk): number => gzipSync(chunk.code ?? chunk.source ?? '').length;

test('U20: the waiting page weighs at most 60 KB, compressed, sockets included', async () => {
  // As it is shipped: without it the JSX carries its file names along.
  vi.stubEnv('NODE_ENV', 'production');
  const built = await build({
    configFile: 'vite.config.ts',
    logLevel: 'error',
    mode: 'production',
    build: { write: false },
  });
  vi.unstubAllEnvs();
  const output = (Array.isArray(built) ? built[0]! : built) as unknown as { output: Chunk[] };
  const byName = new Map(output.output.map((chunk) => [chunk.fileName, chunk]));
  const wanted = new Set<string>();
  const want = (fileName: string): void => {
    const chunk = byName.get(fileName);
    if (!chunk || wanted.has(fileName)) return;
    wanted.add(fileName);
    for (const imported of chunk.imports ?? []) want(imported);
  };
  const chunkWith = (id: string): Chunk => {
    const chunk = output.output.find((candidate) =>
      candidate.moduleIds?.some((module) => module.endsWith(id)),
    );
    if (!chunk) throw new Error(`no chunk has ${id}`);
    return chunk;
  };
  want(chunkWith('client/main.tsx').fileName);
  want(chunkWith('client/fan/index.tsx').fileName);
  want(chunkWith('socket.io-client/build/esm/index.js').fileName);
  for (const chunk of output.output)
    if (/(^|\/)(index\.html|(main|fan|index)-[^/]+\.css)$/.test(chunk.fileName)) wanted.add(chunk.fileName);

  const files = [...wanted].map((name) => ({ name, kb: bytesOf(byName.get(name)!) / 1000 }));
  const total = files.reduce((sum, file) => sum + file.kb, 0);
  // Turn, payment and tickets are fetched when a turn is near; were they part of this, the budget would hide them.
  expect(files.map((file) => file.name)).not.toContain(chunkWith('client/fan/shop.ts').fileName);
  expect(files.some((file) => file.name.endsWith('.css'))).toBe(true);
  expect(total, files.map((file) => `${file.name} ${file.kb.toFixed(1)}`).join('\n')).toBeLessThanOrEqual(
    BUDGET_KB,
  );
  process.stdout.write(
    `waiting page: ${total.toFixed(1)} KB gzipped\n${files.map((f) => `  ${f.name} ${f.kb.toFixed(1)}`).join('\n')}\n`,
  );
});
