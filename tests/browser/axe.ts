/** What axe finds on a page that stands open, in light and in dark. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GRAVE = ['serious', 'critical'];

interface Finding {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

async function run(page: Page): Promise<Finding[]> {
  await page.evaluate(SOURCE);
  return page.evaluate(async () => {
    // Colours on their way from one theme to the other are neither's.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
    const axe = Reflect.get(globalThis, 'axe') as { run(): Promise<{ violations: Finding[] }> };
    return (await axe.run()).violations;
  });
}

/** Serious and critical findings, one line each; empty when there are none. */
export async function graveFindings(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const { id, impact, nodes } of await run(page))
      if (GRAVE.includes(impact ?? ''))
        for (const node of nodes)
          found.push(`${colorScheme} ${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`);
  }
  await page.emulateMedia({ colorScheme: null });
  return found;
}
