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
    const frames = () =>
      new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    await frames();
    // Colours on their way from one theme to the other are neither's: they are put where they go. Waiting for them could
    // take for ever, since what pulses has no end, and what was hidden meanwhile never gets to its own.
    for (const animation of document.getAnimations())
      if (animation.effect?.getComputedTiming().endTime === Number.POSITIVE_INFINITY) animation.cancel();
      else animation.finish();
    await frames();
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
