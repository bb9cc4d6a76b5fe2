/** What is picked for this fan: a row of small cards to push sideways, each with its reason. */
import type { RecommendationsView } from '../../server/protocol/recommendations.ts';
import { Cover } from '../pictures/cover.tsx';
import { api } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { pickTexts as texts } from '../texts/picks.ts';
import { formatDay } from '../ui/index.ts';
import { placeOf } from './card.tsx';

const MOST = 12;
const GHOSTS = [0, 1, 2, 3];

type Pick = RecommendationsView['items'][number];

export function Picks() {
  const { loaded } = useLoad('recommendations', (signal) =>
    api.request<RecommendationsView>('GET', `/recommendations?limit=${MOST}`, { signal }),
  );
  const items = loaded.data?.items ?? [];
  return (
    <>
      <div class="picks-head">
        <h2 id="picks">{texts.title}</h2>
        <a class="small" href="/profile">
          {texts.settings}
        </a>
      </div>
      {loaded.state !== 'loading' && items.length === 0 ? <p class="muted">{texts.none}</p> : null}
      {loaded.state === 'loading' || items.length > 0 ? (
        <ul class="picks-row" aria-busy={loaded.state === 'loading'}>
          {items.map((pick) => (
            <PickCard key={pick.event.id} pick={pick} />
          ))}
          {loaded.state === 'loading'
            ? GHOSTS.map((n) => <li key={n} class="pick ghost" aria-hidden="true" />)
            : null}
        </ul>
      ) : null}
    </>
  );
}

function PickCard({ pick: { event, why } }: { pick: Pick }) {
  return (
    <li class="pick">
      <a href={`/e/${event.id}`}>
        <Cover event={event} small class="pick-art" />
        <div class="pick-body">
          <h3>{event.title}</h3>
          <p class="muted small">
            {formatDay(event.startsAt, event.venue.timeZone)} · {placeOf(event.venue)}
          </p>
          <p class="small pick-why">{texts.why(why)}</p>
        </div>
      </a>
    </li>
  );
}
