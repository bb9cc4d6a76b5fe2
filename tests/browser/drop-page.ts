/** The drop page as somebody reads it: by headings, labels and buttons. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { say } from '../../client/fan/messages.ts';
import { shop } from '../../client/fan/messages-shop.ts';
import { tillTexts } from '../../client/texts/till.ts';
import { PATIENCE_MS } from './chromium.ts';

export interface DropPage {
  page: Page;
  heading(text: string | RegExp): Locator;
  button(name: string | RegExp): Locator;
  text(text: string | RegExp): Locator;
  /** The person's own state, without event and stock board. */
  state: Locator;
  /** Adds tickets to the choice, one press each. */
  choose(tier: string, count: number): Promise<void>;
  pay(card: string): Promise<void>;
}

export function dropPage(page: Page): DropPage {
  const state = page.getByRole('region', { name: say.aria.state });
  const button = (name: string | RegExp) =>
    page.getByRole('button', { name, exact: typeof name === 'string' });
  return {
    page,
    heading: (name) => page.getByRole('heading', { level: 1, name, exact: typeof name === 'string' }),
    button,
    text: (text) => page.getByText(text),
    state,
    async choose(tier, count) {
      for (let press = 0; press < count; press += 1) await button(shop.turn.more(tier)).click();
    },
    async pay(card) {
      await page.getByLabel(tillTexts.number).fill(card);
      await button(/^Pay /).click();
    },
  };
}

export const seen = (locator: Locator, timeout = PATIENCE_MS): Promise<void> =>
  locator.filter({ visible: true }).first().waitFor({ timeout });

export const gone = (locator: Locator): Promise<void> =>
  locator.filter({ visible: true }).first().waitFor({ state: 'hidden' });

/** Waits until a value read from the page is as expected. */
export const settles = <T>(read: () => Promise<T>, wanted: T, what: string): Promise<void> =>
  expect.poll(read, { timeout: PATIENCE_MS, interval: 50, message: what }).toEqual(wanted);

/** Waits until what a part of the page says matches, line breaks as spaces. */
export const says = (part: Locator, wanted: RegExp): Promise<void> =>
  expect
    .poll(async () => (await part.innerText()).replace(/\s+/g, ' '), { timeout: PATIENCE_MS, interval: 50 })
    .toMatch(wanted);

/** Reload, and away and back again: after each the page must stand where it stood. */
export async function survives(page: Page, standing: () => Promise<unknown>): Promise<void> {
  await standing();
  await page.reload();
  await standing();
  await page.goto(new URL('/', page.url()).href);
  await page.goBack();
  await standing();
}
