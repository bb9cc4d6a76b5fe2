/** The rule about single seats while an event sells: switched on or off, and when it rests. */
import { useEffect, useState } from 'preact/hooks';
import type { SeatingView } from '../../../server/protocol/seating.ts';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { useLoad } from '../../shell/load.ts';
import { newEventTexts } from '../../texts/new-event.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Button, Field, Fold, Notice } from '../../ui/index.ts';
import { readWhole } from '../draft.ts';
import { Switch } from './rules-fold.tsx';

const { live: texts, plan } = vendorSeatTexts;
const RELAX_MOST = 100;
const FIELDS = ['orphanRelaxPercent'] as const;

export function LiveRules({ eventId }: { eventId: string }) {
  const { loaded, replace, reload } = useLoad(`seating ${eventId}`, (signal) =>
    api.request<SeatingView>('GET', `/events/${eventId}/seating`, { signal }),
  );
  return (
    <Fold summary={plan.rules}>
      {loaded.data ? (
        <Rules eventId={eventId} seating={loaded.data} onSaved={replace} />
      ) : loaded.state === 'failed' ? (
        <Notice kind="bad" title={loaded.error.message}>
          <Button small kind="quiet" onClick={reload}>
            {plan.retry}
          </Button>
        </Notice>
      ) : (
        <p class="muted">{vendorSeatTexts.seat.loading}</p>
      )}
    </Fold>
  );
}

function Rules(props: { eventId: string; seating: SeatingView; onSaved: (seating: SeatingView) => void }) {
  const { seating } = props;
  const [rule, setRule] = useState(seating.orphanRule);
  const [percent, setPercent] = useState(String(seating.orphanRelaxPercent));
  const [saved, setSaved] = useState(false);
  useEffect(() => setSaved(false), [rule, percent]);
  const { errors, problem, busy, form, submit } = useForm<(typeof FIELDS)[number]>(
    FIELDS,
    () =>
      rule && readWhole(percent, 0, RELAX_MOST) === null
        ? { orphanRelaxPercent: newEventTexts.whole('0', String(RELAX_MOST)) }
        : {},
    async () => {
      const body = { orphanRule: rule, ...(rule ? { orphanRelaxPercent: Number(percent) } : {}) };
      props.onSaved(await api.request<SeatingView>('PATCH', `/events/${props.eventId}/seating`, { body }));
      setSaved(true);
    },
  );
  return (
    <form class="seat-rules" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
      <Switch title={plan.orphanRule} text={plan.orphanRuleText} on={rule} onChange={setRule} />
      {rule ? (
        <Field
          label={plan.relax}
          name="orphanRelaxPercent"
          inputMode="numeric"
          autocomplete="off"
          value={percent}
          error={errors.orphanRelaxPercent}
          onValue={setPercent}
        />
      ) : null}
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="cluster">
        <Button type="submit" kind="quiet" small busy={busy} busyLabel={texts.savingRules}>
          {texts.saveRules}
        </Button>
        <span role="status" class="small muted">
          {saved ? texts.savedRules : ''}
        </span>
      </div>
    </form>
  );
}
