/** The seats of a drop page as somebody reads and presses them. */
import type { Locator, Page } from 'playwright-core';
import { seatNames } from '../../client/texts/seat-names.ts';
import { seatTexts } from '../../client/texts/seats.ts';
import { type DropPage, dropPage } from './drop-page.ts';

export interface SeatPage extends DropPage {
  /** Opens the list and one section of it. */
  openList(section: string): Promise<void>;
  /** A seat's button in the list. */
  seat(section: string, row: string, label: string | number): Locator;
  pick(section: string, row: string, labels: readonly number[]): Promise<void>;
  /** What is chosen. */
  basket: Locator;
  /** The map's window: what takes taps. */
  map: Locator;
}

export function seatPage(page: Page): SeatPage {
  const drop = dropPage(page);
  const seat: SeatPage['seat'] = (section, row, label) =>
    page.getByRole('button', {
      name: new RegExp(`^${seatNames.full({ id: '', section, row, label: String(label) })},`),
    });
  return {
    ...drop,
    seat,
    async openList(section) {
      await drop.button(seatTexts.views.list).click();
      await drop.button(new RegExp(`^${section}:`)).click();
    },
    async pick(section, row, labels) {
      for (const label of labels) await seat(section, row, label).click();
    },
    basket: page.getByRole('region', { name: seatTexts.basket.title }),
    map: page.getByRole('application'),
  };
}

/** From now on notes, by the device's clock, when something on the page first matches. @returns reads it, null: not yet */
export async function noteWhen(page: Page, selector: string): Promise<() => Promise<number | null>> {
  const name = `seen ${selector}`;
  await page.evaluate(
    ([key, what]) => {
      const look = (): void => {
        if (Reflect.get(globalThis, key) || !document.querySelector(what)) return;
        Reflect.set(globalThis, key, performance.timeOrigin + performance.now());
      };
      new MutationObserver(look).observe(document.body, {
        subtree: true,
        childList: true,
        attributes: true,
      });
      look();
    },
    [name, selector] as const,
  );
  return () => page.evaluate((key) => (Reflect.get(globalThis, key) as number | undefined) ?? null, name);
}

/** The frames a page draws from now on, in ms each; call what is returned to have them. */
export async function countFrames(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const frames: number[] = [];
    Reflect.set(globalThis, 'frames of a test', frames);
    let last = performance.now();
    const next = (now: number): void => {
      frames.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  return () => page.evaluate(() => (Reflect.get(globalThis, 'frames of a test') as number[]).slice(1));
}
