/** The best seats in one tap: how many; and, folded away, where, how close together, for whom. */
import { useState } from 'preact/hooks';
import type { HoldItem, Together } from '../../server/protocol/events.ts';
import { Stepper } from '../fan/stepper.tsx';
import { seatTexts as texts } from '../texts/seats.ts';
import { Button, Field, Select } from '../ui/index.ts';
import type { SeatWishes } from './choosing.ts';

/** At most so many seats in one line of a hold (server/protocol/events.ts). */
const GROUP_MAX = 20;

export interface BestFormProps {
  /** Most seats that may be asked for. */
  most: number;
  tiers: readonly (readonly [id: string, label: string])[];
  sections: readonly (readonly [key: string, label: string])[];
  wishes: SeatWishes;
  onWishes: (wishes: SeatWishes) => void;
  busy: boolean;
  disabled: boolean;
  describedBy?: string;
  /** Exchanges instead of holding. */
  exchange: boolean;
  /** The code is asked for beside the choice: a presale is on. */
  codeElsewhere: boolean;
  onFind: (item: HoldItem) => void;
}

export function BestForm(props: BestFormProps) {
  const [wanted, setWanted] = useState(2);
  const [tierId, setTierId] = useState('');
  const [section, setSection] = useState('');
  const [together, setTogether] = useState<Together>('rows');
  const most = Math.min(GROUP_MAX, props.most);
  const count = Math.min(wanted, most);
  const find = (): void =>
    props.onFind({
      bestAvailable: count,
      together,
      ...(tierId ? { tierId } : {}),
      ...(section ? { section } : {}),
    });
  return (
    <section class="card best" aria-label={texts.best.title}>
      <div class="best-line">
        <Stepper
          name={texts.best.count}
          value={count}
          max={most}
          onValue={(n) => setWanted(Math.max(1, n))}
        />
        <Button
          class="grow"
          busy={props.busy}
          disabled={props.disabled || count < 1}
          describedBy={props.describedBy}
          onClick={find}
        >
          {props.exchange ? texts.best.exchange(Math.max(1, count)) : texts.best.find(Math.max(1, count))}
        </Button>
      </div>
      {most < 1 ? <p class="small muted">{texts.best.none}</p> : null}
      <details class="fold">
        <summary>{texts.best.where}</summary>
        <div class="best-fields">
          <Select
            label={texts.best.tier}
            value={tierId}
            options={[['', texts.best.anyTier], ...props.tiers]}
            onValue={setTierId}
          />
          <Select
            label={texts.best.section}
            value={section}
            options={[['', texts.best.anySection], ...props.sections]}
            onValue={setSection}
          />
          <Select
            label={texts.best.together}
            value={together}
            options={Object.entries(texts.best.ways)}
            onValue={(way) => setTogether(way as Together)}
          />
          {props.codeElsewhere ? null : (
            <Field
              label={texts.wishes.code}
              hint={texts.wishes.codeHint}
              value={props.wishes.code}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              maxLength={64}
              onValue={(code) => props.onWishes({ ...props.wishes, code })}
            />
          )}
          <label class="method">
            <input
              type="checkbox"
              checked={props.wishes.accessible}
              onChange={(event) =>
                props.onWishes({ ...props.wishes, accessible: event.currentTarget.checked })
              }
            />
            <span>
              {texts.wishes.accessible}
              <span class="tiny muted block">{texts.wishes.accessibleHint}</span>
            </span>
          </label>
        </div>
      </details>
    </section>
  );
}
