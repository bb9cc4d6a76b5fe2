/** The frame: skip link, bar, the page of this address, footer. */
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { location, loginPath, navigate, type Params } from '../router.ts';
import { session, team } from '../session.ts';
import { shellTexts as texts } from '../texts/shell.ts';
import { Brand, Button, classes } from '../ui/index.ts';
import { AccountMenu } from './account-menu.tsx';
import { Boundary } from './boundary.tsx';
import { type Entry, type Found, findPage, mayEnter, type Page } from './pages.ts';
import { NotFound, PageLoading, Sentence } from './states.tsx';

export function Shell() {
  const { path, visit } = location.value;
  const found = findPage(path);
  const main = useRef<HTMLElement>(null);
  const first = useRef(visit);

  // A new page is announced by moving the reader to it; the first one is where the browser put them.
  useEffect(() => {
    if (visit !== first.current) main.current?.focus({ preventScroll: true });
  }, [visit]);

  return (
    <>
      <a class="skip" href="#main">
        {texts.skip}
      </a>
      <header class={classes('bar-top', 'no-print', found?.page.bare && 'bare')}>
        <Brand />
        <AccountMenu />
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        <Boundary visit={visit}>
          {found ? <Entrance found={found} key={found.page.pattern} /> : <NotFound />}
        </Boundary>
      </main>
      {found?.page.bare ? null : <Footer />}
    </>
  );
}

function Footer() {
  return (
    <footer class="foot no-print">
      <p>{texts.footer}</p>
      <a href="/docs">{texts.apiDocs}</a>
    </footer>
  );
}

/** Shows the page, or what stands between this visitor and it. */
function Entrance({ found }: { found: Found }) {
  const entry = mayEnter(found.page, session.value, team.value !== null);
  const { path, query } = location.value;
  useEffect(() => {
    const here = query.size ? `${path}?${query}` : path;
    if (entry === 'log-in') navigate(loginPath(here), { replace: true });
  }, [entry, path, query]);
  if (entry === 'open') return <Loaded page={found.page} params={found.params} />;
  return <Closed entry={entry} />;
}

function Closed({ entry }: { entry: Exclude<Entry, 'open'> }) {
  if (entry === 'forbidden')
    return (
      <div class="page">
        <Sentence
          title={texts.forbiddenTitle}
          text={texts.forbiddenText(texts.roles[session.value.user?.role ?? 'user'])}
          actions={<Button href="/">{texts.toEvents}</Button>}
        />
      </div>
    );
  if (entry === 'unreachable')
    return (
      <div class="page">
        <Sentence
          title={texts.offlineTitle}
          text={texts.offlineText}
          actions={
            <>
              <Button onClick={() => window.location.reload()}>{texts.tryAgain}</Button>
              <Button kind="quiet" href="/my/tickets">
                {texts.myTickets}
              </Button>
            </>
          }
        />
      </div>
    );
  return <PageLoading />;
}

/** Code once loaded is shown at once the next time. */
const codes = new Map<Page, ComponentType<Params>>();

function Loaded({ page, params }: { page: Page; params: Params }) {
  const [, setRound] = useState(0);
  const [failed, setFailed] = useState(false);
  const Code = codes.get(page);
  useEffect(() => {
    if (codes.has(page)) return;
    let here = true;
    page.load().then(
      (module) => {
        codes.set(page, module.default);
        if (here) setRound((before) => before + 1);
      },
      () => here && setFailed(true),
    );
    return () => {
      here = false;
    };
  }, [page]);
  if (Code) return <Code {...params} key={Object.values(params).join('/')} />;
  if (!failed) return <PageLoading />;
  return (
    <div class="page" role="alert">
      <Sentence
        title={texts.chunkTitle}
        text={texts.chunkText}
        actions={<Button onClick={() => window.location.reload()}>{texts.reload}</Button>}
      />
    </div>
  );
}
