/** Checks a draw in the visitor's own browser, and says in plain words what that proves. */
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { DrawView } from '../../server/protocol/draw.ts';
import { type Check, verifyDraw } from '../../server/protocol/draw-verify.ts';
import type { DropState, EventView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { drawTexts as texts } from '../texts/draw.ts';
import { monotonicMs } from '../time.ts';
import { Button, Card, formatNumber, Header, Notice } from '../ui/index.ts';
import { Checks } from './checks.tsx';
import { Record } from './public-record.tsx';
import { Receipt } from './receipt.tsx';
import { fetchDraw, fetchPlaces } from './record.ts';
import { verdictOf } from './verdict.ts';
import './draw.css';

type Run =
  | { state: 'running'; share: number; places: number | null }
  | { state: 'done'; checks: Check[]; places: number; tookMs: number }
  | { state: 'failed'; error: ApiError };

/** Lets the page paint and scroll between two stretches of hashing. */
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

function useRun(draw: DrawView | null): { run: Run; again: () => void } {
  const [run, setRun] = useState<Run>({ state: 'running', share: 0, places: null });
  const [round, setRound] = useState(0);
  // another round checks again on purpose
  useEffect(() => {
    if (!draw) return;
    let here = true;
    const show = (next: Run): void => {
      if (here) setRun(next);
    };
    const check = async (): Promise<void> => {
      show({ state: 'running', share: 0, places: null });
      const places = draw.root ? await fetchPlaces(draw.dropId) : [];
      const startedMs = monotonicMs();
      const checks = await verifyDraw(draw, places, {
        breathe: async (share) => {
          show({ state: 'running', share, places: places.length });
          await breathe();
        },
      });
      show({ state: 'done', checks, places: places.length, tookMs: monotonicMs() - startedMs });
    };
    check().catch((error: unknown) => {
      const told = error instanceof ApiError ? error : new ApiError('INTERNAL', 0, String(error));
      show({ state: 'failed', error: told });
    });
    return () => {
      here = false;
    };
  }, [draw, round]);
  return { run, again: useCallback(() => setRound((before) => before + 1), []) };
}

export default function DrawPage({ dropId }: { dropId: string }) {
  useTitle(texts.title);
  const { loaded, reload } = useLoad(`draw ${dropId}`, (signal) => fetchDraw(dropId, signal));
  const { run, again } = useRun(loaded.data);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const draw = loaded.data;
  if (!draw.hasLine)
    return (
      <div class="page">
        <Sentence
          title={texts.noLine}
          text={texts.noLineText}
          actions={<Button href={`/d/${dropId}`}>{texts.back}</Button>}
        />
      </div>
    );
  return (
    <div class="page draw-page">
      <DrawHead dropId={dropId} />
      <div class="draw-two">
        <div class="stack">
          <VerdictCard
            draw={draw}
            run={run}
            onAgain={() => {
              reload();
              again();
            }}
          />
          <Receipt draw={draw} />
        </div>
        <div class="stack">
          <Notice title={texts.claimTitle}>{draw.claim}</Notice>
          <How />
          <Record draw={draw} />
        </div>
      </div>
    </div>
  );
}

function DrawHead({ dropId }: { dropId: string }) {
  const { loaded } = useLoad(`event of ${dropId}`, async (signal) => {
    const drop = await api.request<DropState>('GET', `/drops/${encodeURIComponent(dropId)}`, { signal });
    return api.request<EventView>('GET', `/events/${drop.eventId}`, { signal });
  });
  const event = loaded.data;
  return (
    <div class="draw-head">
      {event ? (
        <Header artId={event.id} title={event.title} sub={<a href={`/d/${dropId}`}>{texts.back}</a>} />
      ) : null}
      <h1>{texts.title}</h1>
      <p class="muted">{texts.lead}</p>
    </div>
  );
}

function VerdictCard(props: { draw: DrawView; run: Run; onAgain: () => void }) {
  const { draw, run } = props;
  if (run.state === 'failed') return <Failed level={2} error={run.error} onRetry={props.onAgain} />;
  if (run.state === 'running')
    return (
      <Card class="draw-verdict">
        <p class="draw-says">
          {run.places === null ? texts.fetching : texts.computing(formatNumber(run.places))}
        </p>
        <progress class="draw-progress" max={1} value={run.share} aria-label={texts.title} />
      </Card>
    );
  const verdict = verdictOf(run.checks);
  const seconds = (run.tookMs / 1000).toFixed(run.tookMs < 10_000 ? 1 : 0);
  const waiting = verdict === 'partly' ? notYet(draw) : null;
  return (
    <Card class={`draw-verdict ${verdict}`}>
      <div role="status" class="stack-s">
        <p class="draw-says">
          {verdict === 'right'
            ? texts.allHold
            : verdict === 'wrong'
              ? texts.wrong
              : (waiting ?? texts.partly)}
        </p>
        <p class="muted">
          {verdict === 'right'
            ? texts.allHoldText(formatNumber(run.places), seconds)
            : verdict === 'wrong'
              ? texts.wrongText
              : texts.partlyText}
        </p>
      </div>
      <Checks checks={run.checks} />
      <Button kind="quiet" small onClick={props.onAgain}>
        {texts.again}
      </Button>
    </Card>
  );
}

function notYet(draw: DrawView): string | null {
  const { phase } = draw;
  return phase === 'scheduled' || phase === 'lobby' || phase === 'drawing' ? texts.notYet[phase] : null;
}

function How() {
  return (
    <Card title={texts.howTitle}>
      <ol class="how">
        {texts.how.map(([title, text]) => (
          <li key={title}>
            <b>{title}</b> <span class="muted">{text}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
