/** A question before something that money or other people feel: what will happen in words, then one button that says it. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { askingTexts as texts } from '../texts/asking.ts';
import { Button, Dialog, Field, Notice } from '../ui/index.ts';

/** The server's bound of a reason. */
const REASON_MAX = 500;

export interface Question {
  title: string;
  text: ComponentChildren;
  /** The button that does it. */
  confirm: string;
  danger?: boolean;
  /** Asks for a reason; `needed` is what is said when it is missing. */
  reason?: { label: string; hint?: string; needed?: string };
  run: (reason: string | undefined) => Promise<unknown>;
}

/** Null: nothing is asked. What is refused stays in the dialog; `onDone` comes after it is done. */
export function Confirm(props: { question: Question | null; onClose: () => void; onDone: () => void }) {
  const { question } = props;
  return (
    <Dialog open={question !== null} title={question?.title ?? ''} onClose={props.onClose}>
      {question ? <Asked {...props} question={question} /> : null}
    </Dialog>
  );
}

/** Its own component: each question starts with an empty reason. */
function Asked({
  question,
  onClose,
  onDone,
}: {
  question: Question;
  onClose: () => void;
  onDone: () => void;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const said = reason.trim();
  const needed = question.reason?.needed;

  async function run(): Promise<void> {
    setMissing(Boolean(needed) && !said);
    if (needed && !said) return;
    setBusy(true);
    setProblem(null);
    try {
      await question.run(said || undefined);
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  }

  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void run();
      }}
    >
      <div class="stack-s">{question.text}</div>
      {question.reason ? (
        <Field
          label={question.reason.label}
          name="reason"
          hint={question.reason.hint}
          maxLength={REASON_MAX}
          autocomplete="off"
          value={reason}
          error={missing && !said ? needed : null}
          onValue={setReason}
        />
      ) : null}
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {texts.leaveIt}
        </Button>
        <Button type="submit" kind={question.danger ? 'danger' : 'primary'} busy={busy}>
          {question.confirm}
        </Button>
      </div>
    </form>
  );
}
