/** What is done with selected seats: kept for a channel, or let go. */
import { useState } from 'preact/hooks';
import type { SeatChannel } from '../../../server/protocol/seating.ts';
import { ApiError } from '../../api.ts';
import type { SeatHouse } from '../../seats/house.ts';
import { api } from '../../session.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Button, Notice, Select } from '../../ui/index.ts';
import { problemOf, type SeatProblem } from './refusals.ts';
import { type ChannelChange, keeping, lettingGo, type Selection } from './selecting.ts';

const { channels: texts } = vendorSeatTexts;

export type Reach = 'seat' | 'row' | 'section';
const REACHES: readonly Reach[] = ['seat', 'row', 'section'];

export interface KeepPanelProps {
  eventId: string;
  house: SeatHouse;
  /** Those that were not released. */
  channels: readonly SeatChannel[];
  channelOf: Uint8Array;
  selection: Selection;
  /** What a press on the map selects; null where there are boxes for rows and sections. */
  reach: Reach | null;
  problem: SeatProblem | null;
  onReach: (reach: Reach) => void;
  onClear: () => void;
  onProblem: (problem: SeatProblem | null) => void;
  /** Something was changed: what to say of it. */
  onDone: (said: string) => void;
}

export function KeepPanel(props: KeepPanelProps) {
  const { house, selection, channels } = props;
  const [wanted, setWanted] = useState<number | null>(null);
  const [busy, setBusy] = useState<'keep' | 'go' | null>(null);
  // The newest, until another one is chosen: it was made to be filled.
  const channel = channels.find((each) => each.channel === wanted) ?? channels.at(-1);
  const mapId = house.geometry.id;
  const keeps = channel ? keeping(mapId, selection, props.channelOf, channel.channel) : [];
  const goes = lettingGo(mapId, selection, props.channelOf);
  const [keepCount, goCount] = [countOf(keeps), countOf(goes)];
  const send = (what: 'keep' | 'go', changes: readonly ChannelChange[], said: string): void => {
    setBusy(what);
    props.onProblem(null);
    sendAll(props.eventId, changes)
      .then(
        () => props.onDone(said),
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          props.onProblem(problemOf(error, house.layout, 'keep'));
        },
      )
      .finally(() => setBusy(null));
  };
  return (
    <section class="seat-panel" aria-label={vendorSeatTexts.live.modes.keep}>
      <div class="row">
        <h3 class="num">
          <span role="status">{texts.selected(selection.size)}</span>
        </h3>
        {selection.size > 0 ? (
          <Button kind="link" small onClick={props.onClear}>
            {texts.clear}
          </Button>
        ) : null}
      </div>
      {props.reach === null ? null : <ReachSwitch reach={props.reach} onReach={props.onReach} />}
      {selection.size === 0 ? (
        <p class="small muted">{props.reach === null ? texts.selectHintList : texts.selectHint}</p>
      ) : null}
      {props.problem ? <Notice kind="bad">{props.problem.text}</Notice> : null}
      {channel ? (
        <Select
          label={texts.keepFor}
          value={String(channel.channel)}
          options={channels.map((each) => [String(each.channel), each.name] as const)}
          onValue={(value) => setWanted(Number(value))}
        />
      ) : (
        <p class="small">{texts.makeFirst}</p>
      )}
      <div class="cluster">
        {channel ? (
          <Button
            small
            busy={busy === 'keep'}
            busyLabel={texts.working}
            disabled={keepCount === 0 || busy !== null}
            onClick={() => send('keep', keeps, texts.kept(keepCount, channel.name))}
          >
            {keepCount === 0 ? texts.keepNone : texts.keep(keepCount, channel.name)}
          </Button>
        ) : null}
        {goCount > 0 ? (
          <Button
            kind="quiet"
            small
            busy={busy === 'go'}
            busyLabel={texts.working}
            disabled={busy !== null}
            onClick={() => send('go', goes, texts.letGone(goCount))}
          >
            {texts.letGo(goCount)}
          </Button>
        ) : null}
      </div>
    </section>
  );
}

const countOf = (changes: readonly ChannelChange[]): number =>
  changes.reduce((sum, { add, remove }) => sum + (add?.length ?? 0) + (remove?.length ?? 0), 0);

/** One after the other: each is all or nothing, and what a later one was refused is said while the earlier ones stand. */
async function sendAll(eventId: string, changes: readonly ChannelChange[]): Promise<void> {
  for (const { channel, ...body } of changes)
    await api.request('PUT', `/events/${eventId}/channels/${channel}/seats`, { body });
}

function ReachSwitch(props: { reach: Reach; onReach: (reach: Reach) => void }) {
  return (
    <fieldset class="reach">
      <legend class="small muted">{texts.selectWhole}</legend>
      <div class="view-switch">
        {REACHES.map((reach) => (
          <button
            type="button"
            key={reach}
            aria-pressed={props.reach === reach}
            onClick={() => props.onReach(reach)}
          >
            {texts.reach[reach]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
