/** Draws the galleries in Chromium, state by state, keeps the pictures and lets axe look at each. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createServer } from 'vite';
import { STATES } from '../../client/fan/gallery/states.ts';
import { type Shown, shownPages } from '../../client/gallery/pages.ts';
import { openShown } from './page-pictures.ts';

const SIZES = { phone: { width: 360, height: 740 }, desk: { width: 1280, height: 860 } } as const;
const THEMES = ['light', 'dark'] as const;
const OUT = join(process.env.HOLDFAST_DATA ?? '.holdfast', 'screenshots');
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string | null;
  nodes: { target: string[]; failureSummary?: string }[];
}

async function inspect(page: Page): Promise<Finding[]> {
  await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const axe = (
      globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Finding[] }> } }
    ).axe;
    const { violations } = await axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return violations;
  });
}

const SIZES_AND_THEMES = Object.entries(SIZES).flatMap(([size, viewport]) =>
  THEMES.map((theme) => ({ size, viewport, theme })),
);

function newContext(browser: Browser, { size, viewport, theme }: (typeof SIZES_AND_THEMES)[number]) {
  return browser.newContext({
    viewport,
    colorScheme: theme,
    deviceScaleFactor: size === 'phone' ? 2 : 1,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Amsterdam',
  });
}

/** The picture, and how many things are wrong with it. */
async function picture(page: Page, name: string, label: string): Promise<number> {
  let wrong = 0;
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) {
    wrong += 1;
    say(`${label}: ${wide} px wider than the screen`);
  }
  for (const { id, nodes } of await inspect(page)) {
    wrong += 1;
    say(`${label}: ${id}`);
    for (const node of nodes.slice(0, 3))
      say(`    ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`);
  }
  await page.screenshot({ path: join(OUT, `${name}.png`), fullPage: true });
  return wrong;
}

/** The drop page's states: one page, shown from fixtures without any API. */
async function shootStates(browser: Browser, origin: string, names: readonly string[]): Promise<number> {
  let wrong = 0;
  for (const look of SIZES_AND_THEMES) {
    const context = await newContext(browser, look);
    const page = await context.newPage();
    page.on('pageerror', (error) => {
      wrong += 1;
      say(`${page.url()}: ${error.message}`);
    });
    for (const name of names) {
      await page.goto(`${origin}/fan/gallery/index.html?state=${name}`, { waitUntil: 'networkidle' });
      await page.waitForSelector('#app > *');
      wrong += await picture(
        page,
        `${name}-${look.size}-${look.theme}`,
        `${name} ${look.size} ${look.theme}`,
      );
    }
    await context.close();
  }
  return wrong;
}

/** The other pages: the real program, its API answered from fixtures. */
async function shootPages(browser: Browser, origin: string, pages: Record<string, Shown>): Promise<number> {
  let wrong = 0;
  for (const look of SIZES_AND_THEMES)
    for (const [name, shown] of Object.entries(pages)) {
      const context = await newContext(browser, look);
      context.on('weberror', (error) => {
        wrong += 1;
        say(`${name}: ${error.error().message}`);
      });
      const page = await openShown(context, origin, shown);
      wrong += await picture(
        page,
        `${name}-${look.size}-${look.theme}`,
        `${name} ${look.size} ${look.theme}`,
      );
      await context.close();
    }
  return wrong;
}

const wanted = process.argv.slice(2);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
const names = Object.keys(STATES).filter(isWanted);
const pages = Object.fromEntries(Object.entries(await shownPages()).filter(([name]) => isWanted(name)));
mkdirSync(OUT, { recursive: true });
const server = await createServer({
  configFile: 'vite.config.ts',
  logLevel: 'error',
  optimizeDeps: { entries: ['fan/gallery/index.html', 'index.html'] },
  server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
});
await server.listen();
const address = server.httpServer?.address();
if (!address || typeof address === 'string') throw new Error('the page server has no port');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: FLAGS,
});
try {
  const origin = `http://127.0.0.1:${address.port}`;
  const wrong = (await shootStates(browser, origin, names)) + (await shootPages(browser, origin, pages));
  const count = names.length + Object.keys(pages).length;
  say(`${count} states, ${count * 4} pictures in ${OUT}; ${wrong} findings`);
  process.exitCode = wrong > 0 ? 1 : 0;
} finally {
  await browser.close();
  await server.close();
}
// The states import pieces of the pages, and those the session: its channel between tabs would keep this process alive for ever.
process.exit();
