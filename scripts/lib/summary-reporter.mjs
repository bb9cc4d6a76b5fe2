/** Counts a vitest run and writes the figures where `HOLDFAST_TEST_SUMMARY` says; scripts/test.mjs prints them last. */
import { writeFileSync } from 'node:fs';

export default class SummaryReporter {
  /** A file that could not be loaded and an error outside any test count as failures too. */
  onTestRunEnd(modules, unhandledErrors) {
    let passed = 0;
    let failed = unhandledErrors.length;
    for (const module of modules) {
      failed += module.errors().length;
      for (const suite of module.children.allSuites()) failed += suite.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') passed += 1;
        else if (state === 'failed' || state === 'pending') failed += 1;
      }
    }
    const file = process.env.HOLDFAST_TEST_SUMMARY;
    if (file) writeFileSync(file, JSON.stringify({ passed, failed }));
  }
}
