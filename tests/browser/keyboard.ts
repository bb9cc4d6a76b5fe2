/** A page used without a pointer. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** More stops than any page of ours has. */
const STOPS_MAX = 80;

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((node) => node === document.activeElement);

/** Presses Tab until `target` has the focus, and one can see that it has. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let stop = 0; stop < STOPS_MAX; stop += 1) {
    if (await isFocused(target)) {
      expect(await isMarked(target), `the focus on ${target} can be seen`).toBe(true);
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`not reached with ${STOPS_MAX} presses of Tab: ${target}`);
}

/** Whether the focused element is outlined or ringed. */
const isMarked = (target: Locator): Promise<boolean> =>
  target.evaluate((node) => {
    const style = getComputedStyle(node);
    const outlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
    return node.matches(':focus-visible') && (outlined || style.boxShadow !== 'none');
  });

export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}
