/** The rules for choosing seats: no single seat left alone, and how long wheelchair places are kept for those who ask. */
import { useId } from 'preact/hooks';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Field, Fold } from '../../ui/index.ts';
import { SEAT_FIELDS, type SeatsDraft } from './seats-draft.ts';

const { plan: texts } = vendorSeatTexts;

export function RulesFold(props: {
  seats: SeatsDraft;
  errors: FieldErrors<string>;
  onSeats: (seats: SeatsDraft) => void;
}) {
  const { seats, errors } = props;
  const set = (changed: Partial<SeatsDraft>): void => props.onSeats({ ...seats, ...changed });
  const [relax, hours] = [errors[SEAT_FIELDS.relax], errors[SEAT_FIELDS.hours]];
  return (
    <Fold summary={texts.rules} open={Boolean(relax || hours)}>
      <div class="seat-rules">
        <Switch
          title={texts.orphanRule}
          text={texts.orphanRuleText}
          on={seats.orphanRule}
          onChange={(orphanRule) => set({ orphanRule })}
        />
        {seats.orphanRule ? (
          <Field
            label={texts.relax}
            name={SEAT_FIELDS.relax}
            inputMode="numeric"
            autocomplete="off"
            value={seats.relaxPercent}
            error={relax}
            onValue={(relaxPercent) => set({ relaxPercent })}
          />
        ) : null}
        <Switch
          title={texts.accessibleKeep}
          text={texts.accessibleKeepText}
          on={seats.keepAccessible}
          onChange={(keepAccessible) => set({ keepAccessible })}
        />
        {seats.keepAccessible ? (
          <Field
            label={texts.accessibleHours}
            name={SEAT_FIELDS.hours}
            inputMode="numeric"
            autocomplete="off"
            value={seats.accessibleHours}
            error={hours}
            onValue={(accessibleHours) => set({ accessibleHours })}
          />
        ) : null}
      </div>
    </Fold>
  );
}

export function Switch(props: { title: string; text: string; on: boolean; onChange: (on: boolean) => void }) {
  const id = useId();
  return (
    <label class="check" for={id}>
      <input
        id={id}
        type="checkbox"
        checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <span class="check-text">
        <b>{props.title}</b>
        <span class="small muted">{props.text}</span>
      </span>
    </label>
  );
}
