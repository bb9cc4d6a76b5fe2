/** A password field one can look into: fewer wrong tries on a phone. */
import { useId, useState } from 'preact/hooks';
import { accountTexts as texts } from '../texts/accounts.ts';
import { Field } from '../ui/index.ts';

export function PasswordField(props: {
  label?: string;
  name?: string;
  value: string;
  onValue: (value: string) => void;
  error?: string | undefined;
  hint?: string;
  autocomplete: 'current-password' | 'new-password';
}) {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div class="password" id={id}>
      <Field
        label={props.label ?? texts.password}
        name={props.name ?? 'password'}
        type={shown ? 'text' : 'password'}
        autocomplete={props.autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required
        value={props.value}
        hint={props.hint}
        error={props.error}
        onValue={props.onValue}
      />
      <button
        type="button"
        class="password-show"
        aria-pressed={shown}
        aria-label={shown ? texts.hidePassword : texts.showPassword}
        onClick={() => setShown(!shown)}
      >
        {shown ? texts.hide : texts.show}
      </button>
    </div>
  );
}
