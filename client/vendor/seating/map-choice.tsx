/** How people sit at a new event, and on which map: a list of maps, and a file to import one from. */
import { useId, useRef, useState } from 'preact/hooks';
import type { VenueGeometry } from '../../../server/protocol/seating.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { useLoad } from '../../shell/load.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Button, classes, formatDay, Notice, ownZone } from '../../ui/index.ts';
import type { PartProps } from '../new-parts.tsx';
import { problemsOf, readDocument, type ShownProblem } from './import-problems.ts';
import { NO_SEATS, SEAT_FIELDS, type SeatsDraft, withMap } from './seats-draft.ts';

const { plan: texts, import: importTexts } = vendorSeatTexts;

interface MapLine {
  id: string;
  name: string;
  seats: number;
  createdAt: string;
  shared: boolean;
}

export function SeatsPart({ draft, errors, change }: PartProps) {
  const { seats } = draft;
  // Somebody who looks at the other way of selling comes back to the map as it was.
  const before = useRef<SeatsDraft>(NO_SEATS);
  if (seats) before.current = seats;
  return (
    <fieldset class="card form-part">
      <legend>{texts.title}</legend>
      <div class="pair">
        <Way
          title={texts.general}
          text={texts.generalText}
          checked={seats === null}
          onChoose={() => change({ seats: null })}
        />
        <Way
          title={texts.reserved}
          text={texts.reservedText}
          checked={seats !== null}
          onChoose={() => change({ seats: before.current })}
        />
      </div>
      {seats ? (
        <MapChoice
          seats={seats}
          error={errors[SEAT_FIELDS.map]}
          onSeats={(next) => {
            // Two changes may come before the form is drawn again.
            before.current = next(before.current);
            change({ seats: before.current });
          }}
        />
      ) : null}
    </fieldset>
  );
}

function Way(props: { title: string; text: string; checked: boolean; onChoose: () => void }) {
  const id = useId();
  return (
    <label class={classes('way', props.checked && 'on')} for={id}>
      <input id={id} type="radio" name="way" checked={props.checked} onChange={props.onChoose} />
      <span class="check-text">
        <b>{props.title}</b>
        <span class="small muted">{props.text}</span>
      </span>
    </label>
  );
}

/** A change of the seats as they are by the time an answer comes. */
type OnSeats = (next: (seats: SeatsDraft) => SeatsDraft) => void;

function MapChoice(props: { seats: SeatsDraft; error: string | undefined; onSeats: OnSeats }) {
  const { seats, onSeats } = props;
  const maps = useLoad('venue maps', (signal) =>
    api.request<{ items: MapLine[] }>('GET', '/venue-maps', { signal }),
  );
  const [failed, setFailed] = useState<string | null>(null);
  const choose = (mapId: string): void => {
    setFailed(null);
    onSeats((now) => ({ ...NO_SEATS, ...rulesOf(now), mapId }));
    api.request<VenueGeometry>('GET', `/venue-maps/${mapId}`, { authenticate: false }).then(
      // Another map may have been chosen meanwhile.
      (geometry) => onSeats((now) => (now.mapId === mapId ? withMap(now, geometry) : now)),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setFailed(mapId);
      },
    );
  };
  const items = maps.loaded.data?.items ?? [];
  return (
    <fieldset class="map-choice">
      <legend class="field-legend">{texts.maps}</legend>
      {maps.loaded.state === 'loading' ? (
        <p class="muted small" role="status">
          {texts.loadingMaps}
        </p>
      ) : null}
      {maps.loaded.state === 'failed' ? (
        <Notice kind="bad" title={texts.mapsFailed}>
          <Button small kind="quiet" onClick={maps.reload}>
            {texts.retry}
          </Button>
        </Notice>
      ) : null}
      {maps.loaded.state === 'ready' && items.length === 0 ? <p class="muted">{texts.noMaps}</p> : null}
      {items.length > 0 ? (
        <div class="map-lines">
          {items.map((map) => (
            <MapOption
              key={map.id}
              map={map}
              checked={seats.mapId === map.id}
              onChoose={() => choose(map.id)}
            />
          ))}
        </div>
      ) : null}
      {failed !== null && failed === seats.mapId ? (
        <Notice kind="bad" title={texts.mapFailed}>
          <Button small kind="quiet" onClick={() => choose(failed)}>
            {texts.retry}
          </Button>
        </Notice>
      ) : null}
      {props.error && !seats.geometry ? (
        <p class="field-problem" role="alert">
          {props.error}
        </p>
      ) : null}
      <ImportMap
        onImported={(id) => {
          maps.reload();
          choose(id);
        }}
      />
    </fieldset>
  );
}

/** What outlives another choice of map. */
const rulesOf = ({ mapId, geometry, placement, ...rules }: SeatsDraft): Partial<SeatsDraft> => rules;

function MapOption({ map, checked, onChoose }: { map: MapLine; checked: boolean; onChoose: () => void }) {
  const id = useId();
  return (
    <label class={classes('way', checked && 'on')} for={id}>
      <input id={id} type="radio" name={SEAT_FIELDS.map} checked={checked} onChange={onChoose} />
      <span class="check-text">
        <b>{map.name}</b>
        <span class="small muted num">
          {[texts.mapLine(map.seats), map.shared ? texts.shared : formatDay(map.createdAt, ownZone())].join(
            ' · ',
          )}
        </span>
      </span>
    </label>
  );
}

/** Larger files are no maps: the server takes as much (LIMITS.mapBodyMaxBytes). */
const FILE_MAX_BYTES = 24 * 1024 * 1024;
const PROBLEMS_SHOWN = 12;

type Outcome =
  | { kind: 'done'; text: string }
  | { kind: 'failed'; text: string }
  | { kind: 'refused'; problems: readonly ShownProblem[] };

async function importFile(file: File): Promise<Outcome & { id?: string }> {
  if (file.size > FILE_MAX_BYTES) return { kind: 'failed', text: importTexts.tooLarge };
  const read = readDocument(await file.text());
  if (!read) return { kind: 'failed', text: importTexts.notJson };
  try {
    const made = await api.request<{ id: string; name: string; seats: number }>('POST', '/venue-maps', {
      body: read.document,
    });
    return { kind: 'done', text: texts.imported(made.name, made.seats), id: made.id };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const problems = problemsOf(read.document, error.details);
    return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'failed', text: error.message };
  }
}

function ImportMap({ onImported }: { onImported: (mapId: string) => void }) {
  const id = useId();
  const [busy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const take = (input: HTMLInputElement): void => {
    const [file] = input.files ?? [];
    if (!file || busy) return;
    setBusy(true);
    setOutcome(null);
    importFile(file)
      .then((found) => {
        setOutcome(found);
        if (found.id) onImported(found.id);
      })
      .finally(() => {
        setBusy(false);
        // The same file, mended, may be chosen again.
        input.value = '';
      });
  };
  return (
    <div class="field">
      <label for={id}>{texts.importLabel}</label>
      <input
        class="input file-input"
        id={id}
        type="file"
        accept=".json,application/json"
        aria-describedby={`${id}-hint`}
        onChange={(event) => take(event.currentTarget)}
      />
      <span class="hint" id={`${id}-hint`}>
        {texts.importHint}
      </span>
      <div role="status">
        {busy ? <p class="small muted">{texts.importing}</p> : null}
        {outcome?.kind === 'done' ? <Notice kind="good">{outcome.text}</Notice> : null}
      </div>
      {outcome?.kind === 'failed' ? <Notice kind="bad">{outcome.text}</Notice> : null}
      {outcome?.kind === 'refused' ? <Refused problems={outcome.problems} /> : null}
    </div>
  );
}

function Refused({ problems }: { problems: readonly ShownProblem[] }) {
  const hidden = problems.length - PROBLEMS_SHOWN;
  return (
    <Notice kind="bad" title={importTexts.refused(problems.length)}>
      <ul class="map-problems">
        {problems.slice(0, PROBLEMS_SHOWN).map(({ where, message }, index) => (
          <li key={index}>
            <b>{where}</b> {message}
          </li>
        ))}
        {hidden > 0 ? <li class="muted">{importTexts.more(hidden)}</li> : null}
      </ul>
    </Notice>
  );
}
