/** A form's life: checked here, sent, its errors shown beside the fields, the first of them focused. */
import { useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { shellTexts as texts } from '../texts/shell.ts';

export type FieldErrors<Name extends string> = Partial<Record<Name, string>>;

export interface FormState<Name extends string> {
  errors: FieldErrors<Name>;
  /** What is wrong with no field in particular. */
  problem: string | null;
  busy: boolean;
  form: { current: HTMLFormElement | null };
  submit: (event: Event) => void;
}

export function useForm<Name extends string>(
  fields: readonly Name[],
  check: () => FieldErrors<Name>,
  send: () => Promise<void>,
): FormState<Name> {
  const [errors, setErrors] = useState<FieldErrors<Name>>({});
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  function show(found: FieldErrors<Name>): void {
    setErrors(found);
    const first = fields.find((field) => found[field]);
    if (first) form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
  }

  async function run(): Promise<void> {
    setProblem(null);
    const found = check();
    show(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      await send();
    } catch (error) {
      const placed = placeError(error, fields);
      show(placed.fields);
      setProblem(placed.form);
    } finally {
      setBusy(false);
    }
  }

  return {
    errors,
    problem,
    busy,
    form,
    submit: (event) => {
      event.preventDefault();
      if (!busy) void run();
    },
  };
}

/** A refusal beside the field it is about, or above the form when it is about none. */
export function placeError<Name extends string>(
  error: unknown,
  fields: readonly Name[],
): { fields: FieldErrors<Name>; form: string | null } {
  if (!(error instanceof ApiError)) throw error;
  const named = error.code === 'EMAIL_TAKEN' ? 'email' : error.field;
  const field = fields.find((known) => known === named);
  const { problem } = error.details;
  const said =
    error.code === 'INVALID_REQUEST' && typeof problem === 'string' ? texts.refused(problem) : error.message;
  if (!field) return { fields: {}, form: named ? `${named}: ${said}` : said };
  return { fields: { [field]: said } as FieldErrors<Name>, form: null };
}
