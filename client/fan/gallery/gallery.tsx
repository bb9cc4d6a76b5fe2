/** Draws one state (`?state=waiting`), or a list of them all. Never part of the build. */
import { render } from 'preact';
import '../../ui/styles.css';
import '../../shell/shell.css';
import '../fan.css';
import { allOdds } from '../odds.ts';
import { type Facts, peopleAhead, screenOf } from '../screen.ts';
import { DropView } from '../view.tsx';
import type { Actions, DropViewProps } from '../view-props.ts';
import { event, NOW, pictureOf } from './fixtures.ts';
import { seatHouse } from './seats.ts';
import { type GalleryState, STATES } from './states.ts';
import { TERMS, tillOf } from './till.ts';

const NOTHING: Facts = {
  drop: null,
  missing: false,
  mine: null,
  who: 'known',
  checkout: null,
  returned: null,
  tickets: null,
  shownNumber: null,
  lowestAhead: null,
  samples: [],
  wantsMore: false,
};

const house = seatHouse();
const nothing = (): void => {};
const ACT: Actions = {
  join: nothing,
  claim: nothing,
  leave: nothing,
  finish: nothing,
  seeLine: nothing,
  setDraft: nothing,
  hold: nothing,
  setPicks: nothing,
  setSeatWishes: nothing,
  holdSeats: nothing,
  release: nothing,
  extend: nothing,
  change: nothing,
  pay: nothing,
  useCode: nothing,
  usePoints: nothing,
  confirmStep: nothing,
  getMore: nothing,
  goOn: nothing,
  notifyMe: nothing,
  tryNow: nothing,
};

function propsOf(state: GalleryState): DropViewProps {
  const facts = { ...NOTHING, ...state.facts };
  const { drop } = facts;
  const place = facts.mine?.place;
  const number = place && ['waiting', 'called', 'late'].includes(place.state) ? place.number : null;
  const ahead = drop && number !== null ? peopleAhead(number, drop.serving, null) : 0;
  return {
    screen: screenOf(facts, NOW),
    drop,
    event: drop ? event : null,
    freshness: state.freshness ?? { kind: 'live' },
    odds: drop && number !== null ? allOdds(drop, ahead, NOW, { said: {} }).odds : [],
    now: NOW,
    confirmedAt: NOW - (state.freshness && 'ageMs' in state.freshness ? state.freshness.ageMs : 0),
    mayAct: true,
    notes: {},
    asking: null,
    problem: null,
    draft: {},
    picks: [],
    wishes: { accessible: false, code: '' },
    openSeats: async () => (drop?.mapId ? house : null),
    till: () => tillOf(state.till),
    getTerms: async () => TERMS,
    alerts: 'no',
    codeOf: pictureOf,
    act: ACT,
    ...state.more,
  };
}

const root = document.getElementById('app');
const name = new URLSearchParams(location.search).get('state');
const theme = new URLSearchParams(location.search).get('theme');
if (theme) document.documentElement.dataset.theme = theme;
const state = name ? STATES[name] : undefined;
if (root)
  render(
    state ? (
      <main id="main">
        <DropView {...propsOf(state)} />
      </main>
    ) : (
      <main class="page">
        <h1>States</h1>
        <ul>
          {Object.keys(STATES).map((key) => (
            <li key={key}>
              <a href={`?state=${key}`}>{key}</a>
            </li>
          ))}
        </ul>
      </main>
    ),
    root,
  );
