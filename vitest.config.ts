import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{server,client,scripts,tests,load-tests}/**/*.test.{ts,tsx}'],
    globalSetup: ['./server/stores/testing-setup.ts'],
    // One process per file: a file owns its database, its Redis and its native add-ons. Two fit two cores.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    // What is waited for takes as long as a busy machine needs.
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    reporters: ['default', './scripts/lib/summary-reporter.mjs'],
  },
  // What Preact pages need when a test renders them.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
