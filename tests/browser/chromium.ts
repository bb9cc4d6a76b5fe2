/** Chromium as a fan's phone or a vendor's desk, with everything noted that a page should never do. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
  type Response,
} from 'playwright-core';
import { accountTexts } from '../../client/texts/accounts.ts';
import type { Person } from './house.ts';

export const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
export const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 860 } };

/** What a page waits for at most: the line, the draw and a payment each take a second or two. */
export const PATIENCE_MS = 20_000;

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export interface Visitor {
  context: BrowserContext;
  page: Page;
  /** Console errors, broken policies, failed requests and refusals of all this visitor's pages so far. */
  complaints: string[];
}

/** A refusal the visitor provokes on purpose: its answer, and the console's line about it, are no complaint. */
export type Expected = (response: Response) => boolean;

function listen(page: Page, complaints: string[], expected: Expected): void {
  const note = (what: string) => complaints.push(`${new URL(page.url()).pathname}: ${what}`);
  page.on('pageerror', (error) => note(`threw ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    // Answers are judged below, where it is known which of them were provoked.
    if (message.text().startsWith('Failed to load resource')) return;
    note(`console ${message.type()}: ${message.text()}`);
  });
  page.on('requestfailed', (request) => {
    // A page one leaves or reloads stops what it was asking.
    if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
    note(`${request.method()} ${request.url()}: ${request.failure()?.errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() < 400 || expected(response)) return;
    note(`${response.request().method()} ${response.url()}: ${response.status()}`);
  });
}

/** A browser of one's own: nothing shared with other visitors. */
export async function visit(
  browser: Browser,
  options: BrowserContextOptions,
  expected: Expected = () => false,
): Promise<Visitor> {
  const context = await browser.newContext({
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE_MS);
  const complaints: string[] = [];
  context.on('page', (page) => listen(page, complaints, expected));
  await context.exposeFunction('noteBrokenPolicy', (what: string) => complaints.push(`policy: ${what}`));
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const note = Reflect.get(globalThis, 'noteBrokenPolicy') as (what: string) => void;
      note(`${event.violatedDirective} ${event.blockedURI} on ${location.pathname}`);
    });
  });
  return { context, page: await context.newPage(), complaints };
}

/** Fills in the log-in page that stands open. */
export async function fillLogIn(page: Page, person: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel(accountTexts.email).fill(person.email);
  await page.getByLabel(accountTexts.password, { exact: true }).fill(person.password);
  await page.getByRole('main').getByRole('button', { name: accountTexts.logIn, exact: true }).click();
}

/** Logs in and arrives at `path`. */
export async function logIn(
  page: Page,
  url: string,
  person: Pick<Person, 'email' | 'password'>,
  path: string,
): Promise<void> {
  await page.goto(`${url}/login?to=${encodeURIComponent(path)}`);
  await fillLogIn(page, person);
  await page.waitForURL(url + path);
}
