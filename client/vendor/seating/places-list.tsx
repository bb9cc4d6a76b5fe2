/** The same placing as a list: a select a section, one a row where rows differ, one a standing area. For keyboard and reader. */
import { useState } from 'preact/hooks';
import type { SeatLayout } from '../../seats/layout.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Select } from '../../ui/index.ts';
import type { TierDraft } from '../draft.ts';
import { type Placement, placeRow, placeSection, placeStanding, tierOfSection } from './placing.ts';
import { SEAT_FIELDS } from './seats-draft.ts';

const { plan: texts } = vendorSeatTexts;
/** A map of many sections would make the form endless: its list is then opened on purpose. */
const OPEN_MAX = 4;
const NONE = '';
const MIXED = 'mixed';

interface Props {
  layout: SeatLayout;
  placement: Placement;
  tiers: readonly TierDraft[];
  names: readonly string[];
  errors: FieldErrors<string>;
  onPlace: (placement: Placement, place: string, tier: number | null) => void;
}

type Options = readonly (readonly [string, string])[];
const keyOf = (value: string): number | null => (value === NONE ? null : Number(value));
const selected = (tier: number | null | undefined): string =>
  tier === null || tier === undefined ? NONE : String(tier);

export function PlacesList(props: Props) {
  const { layout, placement, errors } = props;
  const { sections, standing } = layout.geometry;
  const options: Options = [
    [NONE, texts.noTier],
    ...props.tiers.map(({ key }, index) => [String(key), props.names[index]!] as const),
  ];
  const refused = Object.keys(errors).some((field) => field.startsWith(`${SEAT_FIELDS.places}.`));
  return (
    <details class="fold" open={sections.length <= OPEN_MAX || refused}>
      <summary>{texts.list}</summary>
      <div class="places-list">
        {sections.map((section, index) => (
          <SectionLine {...props} key={section.key} section={index} options={options} />
        ))}
        {standing.map(({ key, label, capacity }) => (
          <div class="place-line" key={key}>
            <Select
              label={texts.standing(label, capacity)}
              name={SEAT_FIELDS.standing(key)}
              value={selected(placement.standing[key])}
              options={options}
              onValue={(value) =>
                props.onPlace(placeStanding(placement, key, keyOf(value)), label, keyOf(value))
              }
            />
            <Problem text={errors[SEAT_FIELDS.standing(key)]} />
          </div>
        ))}
      </div>
    </details>
  );
}

function SectionLine(props: Props & { section: number; options: Options }) {
  const { layout, placement, section } = props;
  const [open, setOpen] = useState(false);
  const { key, label, count } = layout.geometry.sections[section]!;
  const tier = tierOfSection(layout, placement, section);
  const name = `${SEAT_FIELDS.places}.sections.${key}`;
  return (
    <div class="place-line">
      <Select
        label={texts.section(label, count)}
        name={name}
        value={tier === 'mixed' ? MIXED : selected(tier)}
        options={tier === 'mixed' ? [[MIXED, texts.mixed], ...props.options] : props.options}
        onValue={(value) => {
          if (value !== MIXED)
            props.onPlace(placeSection(layout, placement, section, keyOf(value)), label, keyOf(value));
        }}
      />
      <Problem text={props.errors[name]} />
      <details class="fold row-fold" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary class="small">{texts.rowList(label)}</summary>
        {open ? <Rows {...props} /> : null}
      </details>
    </div>
  );
}

function Rows(props: Props & { section: number; options: Options }) {
  const { layout, placement, section } = props;
  return (
    <div class="places-list">
      {layout.rows.map((row, index) =>
        row.section === section ? (
          <Select
            key={index}
            label={texts.row(row.label, row.count)}
            value={selected(placement.rows[index])}
            options={props.options}
            onValue={(value) =>
              props.onPlace(
                placeRow(placement, index, keyOf(value)),
                texts.row(row.label, row.count),
                keyOf(value),
              )
            }
          />
        ) : null,
      )}
    </div>
  );
}

function Problem({ text }: { text: string | undefined }) {
  return text ? (
    <p class="field-problem" role="alert">
      {text}
    </p>
  ) : null;
}
