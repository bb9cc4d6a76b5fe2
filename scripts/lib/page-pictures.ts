/** Shows the gallery's pages (client/gallery) in a browser context: their API is answered here, their clock stands at one moment. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { toString as toText } from 'qrcode';
import { answerIn, headersIn, type World } from '../../client/gallery/answers.ts';
import { NOW, PEOPLE } from '../../client/gallery/fixtures.ts';
import type { Shown, Step } from '../../client/gallery/pages.ts';
import { DEVICE_HERE } from '../../client/gallery/push.ts';

const drawQr = (code: string): Promise<string> =>
  toText(code, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 });

/** Requests of the page's own scripts, and what it frames, go to the API; documents, modules and styles to the page server. */
async function answerApi(page: Page, world: World): Promise<void> {
  await page.route(
    () => true,
    async (route) => {
      const request = route.request();
      const inFrame = request.frame() !== page.mainFrame();
      if (request.resourceType() !== 'fetch' && !inFrame) return route.continue();
      const { status, type, body } = await answerIn(world, request.method(), new URL(request.url()), drawQr);
      return route.fulfill({ status, contentType: type, body, headers: headersIn(world) });
    },
  );
}

async function take(within: Locator, step: Step): Promise<void> {
  if ('press' in step) await within.getByRole('button', { name: step.press, exact: true }).first().click();
  else if ('pressAbove' in step) await within.getByRole('button', { name: step.pressAbove }).click();
  else if ('pressAbout' in step)
    await within
      .getByRole('button', { name: new RegExp(`^${step.pressAbout}\\b`) })
      .first()
      .click();
  else if ('fill' in step) await within.getByLabel(step.fill, { exact: true }).fill(step.with);
  else if ('choose' in step)
    await within.getByLabel(step.choose, { exact: true }).selectOption({ label: step.option });
  else if ('picture' in step)
    await within.getByLabel(step.attach, { exact: true }).setInputFiles({
      name: 'night.png',
      mimeType: 'image/png',
      buffer: Buffer.from(step.picture, 'base64'),
    });
  else if ('attach' in step)
    await within
      .getByLabel(step.attach, { exact: true })
      .setInputFiles({ name: 'map.json', mimeType: 'application/json', buffer: Buffer.from(step.file) });
  else if ('unfold' in step) await within.locator('summary').filter({ hasText: step.unfold }).first().click();
  // By part of its words: a choice says more than its name.
  else await within.getByLabel(step.check).first().check();
}

/** A browser that says this of notifications: an answer its owner gave, or one that cannot, by itself or as a phone's. */
async function sayOfPush(page: Page, { push, told }: World): Promise<void> {
  await page.addInitScript(
    ([answer, device]) => {
      if (device) localStorage.setItem('holdfast.device', device);
      if (answer === 'granted' || answer === 'denied')
        Object.defineProperty(Notification, 'permission', { get: () => answer });
      if (answer === 'unsupported' || answer === 'home-screen') Reflect.deleteProperty(window, 'PushManager');
      if (answer === 'home-screen')
        Object.defineProperty(navigator, 'userAgent', { get: () => 'Mozilla/5.0 (iPhone)' });
      // What it subscribed to stands: there is no push service here to ask.
      if (answer === 'granted')
        PushManager.prototype.getSubscription = () => Promise.resolve({} as PushSubscription);
    },
    [push ?? null, told ? DEVICE_HERE : null] as const,
  );
}

export async function openShown(context: BrowserContext, origin: string, shown: Shown): Promise<Page> {
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await answerApi(page, shown.world);
  if (shown.world.push) await sayOfPush(page, shown.world);
  const { as } = shown.world;
  await page.addInitScript(
    (user) => {
      // A mail's frame has no storage, and needs none.
      if (window.self !== window.top) return;
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
    const within = page.locator('pressAbove' in step ? 'header' : 'dialog[open], main').last();
    await take(within, step);
  }
  return page;
}
