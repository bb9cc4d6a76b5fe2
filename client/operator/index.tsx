/** Operations: is all well, in one sentence; then drops with their controls, stores, invariants. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { pausedServices } from '../services/note.ts';
import { ServiceList } from '../services/service-list.tsx';
import { type ServiceNotes, useServices } from '../services/status.ts';
import { api } from '../session.ts';
import { type Loaded, useEvery, useLoad } from '../shell/load.ts';
import { Failed, Lines, useTitle } from '../shell/states.tsx';
import { operatorTexts as texts } from '../texts/operator.ts';
import { operatorMoneyTexts } from '../texts/operator-money.ts';
import { serviceTexts } from '../texts/services.ts';
import { second, watchSecond } from '../time.ts';
import { Button, classes, formatAge } from '../ui/index.ts';
import { Drop } from './drop.tsx';
import { HealthList } from './health.tsx';
import { Invariants } from './invariants.tsx';
import { type Checked, type Health, type OpenDrop, troubles } from './shapes.ts';
import '../vendor/vendor.css';
import './operator.css';

const DROPS_MS = 2_000;
const HEALTH_MS = 5_000;
/** Some thirty queries over the ledger: often enough to be news, seldom enough to cost nothing. */
const INVARIANTS_MS = 15_000;

export default function Operator() {
  useTitle(texts.title);
  useEffect(watchSecond, []);
  const drops = useLoad('operated drops', (signal) =>
    api.request<{ items: OpenDrop[] }>('GET', '/operations/drops', { signal }),
  );
  const health = useLoad('health', (signal) => api.request<Health>('GET', '/operations/health', { signal }));
  const checked = useLoad('invariants', (signal) =>
    api.request<Checked>('GET', '/operations/invariants', { signal }),
  );
  const services = useServices();
  useEvery(DROPS_MS, drops.reload);
  useEvery(HEALTH_MS, health.reload);
  useEvery(INVARIANTS_MS, checked.reload);

  return (
    <div class="page operator">
      <div class="page-head">
        <h1>{texts.title}</h1>
        <div class="operator-desks">
          <Button kind="quiet" small href="/operator/money">
            {operatorMoneyTexts.title}
          </Button>
          <Button kind="quiet" small href="/operator/pictures">
            {texts.pictures}
          </Button>
        </div>
      </div>
      <Verdict health={health.loaded} checked={checked.loaded} services={services} onCheck={checked.reload} />
      <section aria-label={texts.drops} class="stack">
        <h2>{texts.drops}</h2>
        <Part loaded={drops.loaded} onRetry={drops.reload}>
          {(data) =>
            data.items.length === 0 ? (
              <p class="muted">{texts.dropsEmpty}</p>
            ) : (
              <ul class="operated">
                {data.items.map((drop) => (
                  <Drop drop={drop} key={drop.id} onDone={drops.reload} />
                ))}
              </ul>
            )
          }
        </Part>
      </section>
      <div class="live-two operator-two">
        <section class="card" aria-label={texts.invariants}>
          <h2 class="card-title">{texts.invariants}</h2>
          <Part loaded={checked.loaded} onRetry={checked.reload}>
            {(data) => <Invariants invariants={data.invariants} />}
          </Part>
        </section>
        <section class="card" aria-label={texts.health}>
          <h2 class="card-title">{texts.health}</h2>
          <Part loaded={health.loaded} onRetry={health.reload}>
            {(data) => <HealthList health={data} />}
          </Part>
          <h3 class="health-part">{serviceTexts.title}</h3>
          <ServiceList services={services} now={second.value} />
        </section>
      </div>
    </div>
  );
}

/** A part of the page that loads by itself: one failing part leaves the others standing. */
function Part<T>(props: {
  loaded: Loaded<T>;
  onRetry: () => void;
  children: (data: T) => ComponentChildren;
}) {
  const { loaded } = props;
  if (loaded.state === 'loading') return <Lines widths={['80%', '60%', '70%']} />;
  if (!loaded.data)
    return (
      <Failed level={2} error={loaded.error as NonNullable<typeof loaded.error>} onRetry={props.onRetry} />
    );
  return <>{props.children(loaded.data)}</>;
}

function Verdict(props: {
  health: Loaded<Health>;
  checked: Loaded<Checked>;
  services: ServiceNotes;
  onCheck: () => void;
}) {
  const { health, checked } = props;
  const found = [...troubles(health.data, checked.data), ...pausedServices(props.services)];
  const blind = health.state === 'failed' || checked.state === 'failed';
  if (!health.data && !checked.data && !blind) return null;
  const kind = found.length > 0 ? 'bad' : blind ? 'unsure' : 'good';
  const age = checked.data ? second.value - Date.parse(checked.data.checkedAt) : null;
  return (
    <section class={classes('verdict', kind)} role={kind === 'bad' ? 'alert' : 'status'}>
      <div class="grow">
        <p class="verdict-says">
          {kind === 'bad' ? texts.notWell(found.length) : kind === 'good' ? texts.allWell : texts.notKnown}
        </p>
        {kind === 'good' ? <p>{texts.allWellText(checked.data?.invariants.length ?? 0)}</p> : null}
        {kind === 'unsure' ? <p>{texts.notKnownText}</p> : null}
        {found.length > 0 ? (
          <ul class="verdict-list">
            {found.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        ) : null}
      </div>
      <div class="verdict-check">
        {age === null ? null : <span class="small num">{texts.checkedAgo(formatAge(Math.max(0, age)))}</span>}
        <Button kind="quiet" small onClick={props.onCheck}>
          {texts.checkNow}
        </Button>
      </div>
    </section>
  );
}
