/** A promo code: folded away until somebody has one, its refusal beside it, and taken off again by one press. */
import { useState } from 'preact/hooks';
import { tillTexts } from '../texts/till.ts';
import { Field } from '../ui/field.tsx';
import { Button } from '../ui/index.ts';

const { code: texts } = tillTexts;

export function CodeForm(props: {
  /** The code that is on the order. */
  applied: string | null;
  busy: boolean;
  disabled: boolean;
  error: string | null;
  onCode: (code: string | null) => void;
}) {
  const [written, setWritten] = useState('');
  const [empty, setEmpty] = useState(false);
  if (props.applied)
    return (
      <div class="row code-applied">
        <span class="tag good num">{texts.applied(props.applied)}</span>
        <Button
          kind="link"
          small
          busy={props.busy}
          disabled={props.disabled}
          label={texts.removeLabel(props.applied)}
          onClick={() => props.onCode(null)}
        >
          {texts.remove}
        </Button>
      </div>
    );
  return (
    <details class="fold code-form" open={props.error !== null || undefined}>
      <summary>{texts.summary}</summary>
      <form
        class="code-line"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setEmpty(written.trim() === '');
          if (written.trim() && !props.busy && !props.disabled) props.onCode(written.trim());
        }}
      >
        <Field
          label={texts.label}
          name="code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={64}
          error={empty ? texts.empty : props.error}
          value={written}
          onValue={(value) => {
            setWritten(value);
            setEmpty(false);
          }}
        />
        <Button type="submit" kind="quiet" busy={props.busy} disabled={props.disabled}>
          {texts.apply}
        </Button>
      </form>
    </details>
  );
}
