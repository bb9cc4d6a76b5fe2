/** What a vendor is doing with the seats: looking at one, keeping some, moving a ticket. And the channels, kept up to date. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { SeatChannel, SeatDetail } from '../../../server/protocol/seating.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { inWords, refOf, seatOf } from '../../seats/names.ts';
import { api } from '../../session.ts';
import { useEvery, useLoad } from '../../shell/load.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { lettersOf } from './channel-draft.ts';
import { type Fill, type Filter, fillOf, leftByChannel, NO_FILTER, passes } from './counting.ts';
import type { SeatProblem } from './refusals.ts';
import { channelsBySeat, isLoose, type Selection, stillLoose } from './selecting.ts';

export type Doing =
  | { kind: 'look'; seat: number | null }
  | { kind: 'keep' }
  | { kind: 'move'; detail: SeatDetail; from: number; to: number | null };

const CHANNELS_MS = 30_000;
/** However fast kept seats sell: channels are asked for at most so often. */
const CHANNELS_SOON_MS = 1_000;
const NOTHING: Selection = new Set();

export interface Channels {
  all: readonly SeatChannel[];
  /** Those that were not released. */
  open: readonly SeatChannel[];
  letters: ReadonlyMap<number, string>;
  channelOf: Uint8Array;
  failed: string | null;
  reload: () => void;
}

/** The channels of an event, asked for again when more or fewer seats are kept than before. */
export function useChannels(eventId: string, house: SeatHouse, kept: number): Channels {
  const { loaded, reload } = useLoad(`channels ${eventId}`, (signal) =>
    api.request<{ items: SeatChannel[] }>('GET', `/events/${eventId}/channels`, { signal }),
  );
  useEvery(CHANNELS_MS, reload);
  const before = useRef(kept);
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    if (before.current === kept) return;
    before.current = kept;
    soon.current ??= setTimeout(() => {
      soon.current = undefined;
      reload();
    }, CHANNELS_SOON_MS);
  }, [kept, reload]);
  useEffect(() => () => clearTimeout(soon.current), []);
  const items = loaded.data?.items;
  return useMemo(() => {
    const all = items ?? [];
    return {
      all,
      open: all.filter(({ releasedAt }) => releasedAt === null),
      letters: lettersOf(all),
      channelOf: channelsBySeat(all, house.geometry.seats),
      failed: loaded.state === 'failed' ? loaded.error.message : null,
      reload,
    };
  }, [items, house, loaded.error, reload]);
}

export interface Evening {
  doing: Doing;
  setDoing: (doing: Doing) => void;
  selection: Selection;
  setSelection: (selection: Selection) => void;
  filter: Filter;
  setFilter: (filter: Filter) => void;
  problem: SeatProblem | null;
  setProblem: (problem: SeatProblem | null) => void;
  /** What was just done, until something else is. */
  said: string | null;
  setSaid: (said: string | null) => void;
  fills: { sections: Fill[]; whole: Fill };
  left: ReadonlyMap<number, number>;
  channels: Channels;
  /** Whether a seat is free or kept: it may be selected, or taken by a moved ticket. */
  isLoose: (seat: number) => boolean;
  /** Whether a seat stands out: the filter's, or those a ticket may be moved to. */
  shows: (seat: number) => boolean;
}

export function useEvening(eventId: string, house: SeatHouse): Evening {
  // Every change of a state is drawn by the map itself; figures and lists follow here.
  const revision = house.revision.value;
  const [doing, setDoing] = useState<Doing>({ kind: 'look', seat: null });
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [problem, setProblem] = useState<SeatProblem | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const fills = useMemo(() => fillOf(house.layout, house.states(), house.tierOf), [house, revision]);
  const channels = useChannels(eventId, house, fills.whole.kept);
  const left = useMemo(
    () => leftByChannel(house.states(), channels.channelOf),
    [house, revision, channels.channelOf],
  );
  const loose = (seat: number): boolean => isLoose(house.states()[seat]!, house.tierOf[seat]!);
  const tier = doing.kind === 'move' ? house.tierOf[doing.from]! : -1;
  const moving = doing.kind === 'move';
  const shows = useMemo(
    () => (seat: number) =>
      moving
        ? house.tierOf[seat] === tier && loose(seat)
        : passes(filter, house.states()[seat]!, house.tierOf[seat]!),
    [house, moving, tier, filter],
  );

  useEffect(() => {
    const still = stillLoose(selection, loose);
    if (still !== selection) {
      const gone = [...selection].filter((seat) => !still.has(seat));
      setSelection(still);
      setProblem({ text: lostText(house, gone), seats: gone });
    }
    if (doing.kind === 'move' && doing.to !== null && !loose(doing.to)) {
      const names = inWords([refOf(house.layout, doing.to)]);
      setProblem({ text: vendorSeatTexts.refused.gone(names), seats: [doing.to] });
      setDoing({ ...doing, to: null });
    }
  }, [revision, selection, doing]);

  return {
    doing,
    setDoing,
    selection,
    setSelection,
    filter,
    setFilter,
    problem,
    setProblem,
    said,
    setSaid,
    fills,
    left,
    channels,
    isLoose: loose,
    shows,
  };
}

const lostText = (house: SeatHouse, gone: readonly number[]): string =>
  vendorSeatTexts.channels.lost(inWords(gone.map((seat) => refOf(house.layout, seat))));

/** Begins to move the ticket of a seat that is shown. */
export const movingOf = (house: SeatHouse, detail: SeatDetail): Doing => ({
  kind: 'move',
  detail,
  from: seatOf(house.layout, detail.seat.id) ?? -1,
  to: null,
});
