/** Choices in a form, each a labelled group with what is wrong beside it: one of some, or any of some. */
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import '../new-event.css';

function Group(props: {
  legend: string;
  error?: string | undefined;
  role?: 'radiogroup' | undefined;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <fieldset class="choices" role={props.role} aria-describedby={props.error ? id : undefined}>
      <legend>{props.legend}</legend>
      {props.children}
      {props.error ? (
        <p class="field-problem" id={id} role="alert">
          {props.error}
        </p>
      ) : null}
    </fieldset>
  );
}

export function OneOf<Value extends string>(props: {
  legend: string;
  name: string;
  value: Value;
  options: readonly (readonly [value: Value, label: string, hint?: string])[];
  error?: string | undefined;
  onValue: (value: Value) => void;
}) {
  return (
    <Group legend={props.legend} error={props.error} role="radiogroup">
      {props.options.map(([value, label, hint]) => (
        <label class="check" key={value}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onValue(value)}
          />
          <span class="check-text">
            <span>{label}</span>
            {hint ? <span class="small muted">{hint}</span> : null}
          </span>
        </label>
      ))}
    </Group>
  );
}

export function AnyOf<Value extends string>(props: {
  legend: string;
  name: string;
  values: readonly Value[];
  options: readonly (readonly [value: Value, label: string])[];
  error?: string | undefined;
  onValues: (values: Value[]) => void;
}) {
  return (
    <Group legend={props.legend} error={props.error}>
      <div class="choices-many">
        {props.options.map(([value, label]) => (
          <label class="check" key={value}>
            <input
              type="checkbox"
              name={props.name}
              checked={props.values.includes(value)}
              onChange={(event) =>
                props.onValues(
                  event.currentTarget.checked
                    ? [...props.values, value]
                    : props.values.filter((other) => other !== value),
                )
              }
            />
            <span class="check-text">{label}</span>
          </label>
        ))}
      </div>
    </Group>
  );
}

export function Check(props: {
  label: string;
  hint?: string;
  name?: string;
  checked: boolean;
  disabled?: boolean;
  onChecked: (checked: boolean) => void;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        name={props.name}
        checked={props.checked}
        aria-disabled={props.disabled || undefined}
        onChange={(event) => {
          if (!props.disabled) return props.onChecked(event.currentTarget.checked);
          event.currentTarget.checked = props.checked;
        }}
      />
      <span class="check-text">
        <span>{props.label}</span>
        {props.hint ? <span class="small muted">{props.hint}</span> : null}
      </span>
    </label>
  );
}
