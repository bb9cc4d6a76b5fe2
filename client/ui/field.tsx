import type { InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

/** Preact types every input's roles by its type; a field is one of a dozen types, so it names what it passes on. */
interface Native {
  name?: string;
  type?:
    | 'text'
    | 'email'
    | 'password'
    | 'number'
    | 'tel'
    | 'search'
    | 'url'
    | 'date'
    | 'time'
    | 'datetime-local';
  value?: string | number | undefined;
  placeholder?: string;
  required?: boolean;
  autocomplete?: string;
  inputMode?: 'none' | 'text' | 'decimal' | 'numeric' | 'tel' | 'search' | 'email' | 'url';
  pattern?: string;
  min?: string | number;
  max?: string | number;
  step?: string | number;
  minLength?: number;
  maxLength?: number;
  autofocus?: boolean;
  autocapitalize?: 'none' | 'words' | 'sentences' | 'characters';
  spellcheck?: boolean;
  readOnly?: boolean;
}

export interface FieldProps extends Native {
  label: string;
  /** What to write, before anything went wrong. */
  hint?: string | undefined;
  /** What is wrong, in plain words. */
  error?: string | null | undefined;
  multiline?: boolean;
  onValue?: (value: string) => void;
}

/** A real label, the hint and the error beside the field, both told to a screen reader. */
export function Field({ label, hint, error, multiline, onValue, ...native }: FieldProps) {
  const id = useId();
  const describedBy =
    [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
  const shared = {
    id,
    class: 'input',
    'aria-invalid': error ? ('true' as const) : undefined,
    'aria-describedby': describedBy,
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {multiline ? (
        <textarea
          {...shared}
          name={native.name}
          value={native.value}
          required={native.required}
          maxLength={native.maxLength}
          placeholder={native.placeholder}
          rows={4}
          onInput={(event) => onValue?.(event.currentTarget.value)}
        />
      ) : (
        <input
          {...shared}
          {...(native as InputHTMLAttributes<HTMLInputElement>)}
          onInput={(event) => onValue?.(event.currentTarget.value)}
        />
      )}
      {hint ? (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      ) : null}
      {error ? (
        <span class="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      ) : null}
    </div>
  );
}

export interface SelectProps {
  label: string;
  name?: string;
  value: string;
  hint?: string | undefined;
  options: readonly (readonly [value: string, label: string])[];
  onValue: (value: string) => void;
}

export function Select(props: SelectProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        class="input"
        id={id}
        name={props.name}
        value={props.value}
        aria-describedby={props.hint ? `${id}-hint` : undefined}
        onChange={(event) => props.onValue(event.currentTarget.value)}
      >
        {props.options.map(([value, label]) => (
          <option value={value}>{label}</option>
        ))}
      </select>
      {props.hint ? (
        <span class="hint" id={`${id}-hint`}>
          {props.hint}
        </span>
      ) : null}
    </div>
  );
}
