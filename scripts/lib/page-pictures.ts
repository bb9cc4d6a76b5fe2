/** Shows the gallery's pages (client/gallery) in a browser context: their API is answered here, their clock stands at one moment. */
import type { BrowserContext, Page } from 'playwright-core';
import { toString as toText } from 'qrcode';
import { answerIn, DATE_HEADER, type World } from '../../client/gallery/answers.ts';
import { NOW, PEOPLE } from '../../client/gallery/fixtures.ts';
import type { Shown } from '../../client/gallery/pages.ts';

const drawQr = (code: string): Promise<string> =>
  toText(code, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });

/** Requests of the page's own scripts go to the API; documents, modules and styles to the page server. */
async function answerApi(page: Page, world: World): Promise<void> {
  await page.route(
    () => true,
    async (route) => {
      const request = route.request();
      if (request.resourceType() !== 'fetch') return route.continue();
      const { status, type, body } = await answerIn(world, request.method(), new URL(request.url()), drawQr);
      return route.fulfill({ status, contentType: type, body, headers: { date: DATE_HEADER } });
    },
  );
}

export async function openShown(context: BrowserContext, origin: string, shown: Shown): Promise<Page> {
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await answerApi(page, shown.world);
  const { as } = shown.world;
  await page.addInitScript(
    (user) => {
      if (user) localStorage.setItem('holdfast.session', user);
      else localStorage.removeItem('holdfast.session');
    },
    as ? JSON.stringify(PEOPLE[as]) : null,
  );
  await page.goto(origin + shown.path);
  await page.waitForSelector('main :is(h1, h2)');
  await page.waitForFunction(
    () => !document.querySelector('[aria-busy="true"], progress, .ghost, .qr-empty > .sr'),
  );
  for (const step of shown.steps ?? []) {
    const within = page.locator('dialog[open], main').last();
    if ('press' in step) await within.getByRole('button', { name: step.press, exact: true }).first().click();
    else await within.getByLabel(step.fill, { exact: true }).fill(step.with);
  }
  return page;
}
