/** The questions behind the controls: what will happen, to how many, in words; then one button that says it again. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { serverNow } from '../time.ts';
import { Button, Dialog, Field, formatAge, formatNumber, Notice } from '../ui/index.ts';
import type { Action, Controlled } from './controls.tsx';
import { isoToZoned, zonedToIso } from './zone.ts';

export interface DialogProps {
  open: boolean;
  drop: Controlled;
  onClose: () => void;
  onDone: (action: Action) => void;
}

interface Ask {
  busy: boolean;
  error: string | null;
  run: (action: Action, request: () => Promise<unknown>) => void;
}

/** Sends one request at a time; what went wrong stays in the dialog. */
function useAsk({ open, onDone }: Pick<DialogProps, 'open' | 'onDone'>): Ask {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    if (open) setError(null);
  }, [open]);
  return {
    busy,
    error,
    run: (action, request) => {
      setBusy(true);
      setError(null);
      request()
        .then(
          () => onDone(action),
          (refused: unknown) => {
            if (!(refused instanceof ApiError)) throw refused;
            setError(refused.message);
          },
        )
        .finally(() => setBusy(false));
    },
  };
}

/** The frame all of them share: an optional field, the refusal, leave it, do it. */
function Question(props: {
  open: boolean;
  title: string;
  ask: Ask;
  confirm: string;
  danger?: boolean;
  onClose: () => void;
  onConfirm: () => void;
  children: ComponentChildren;
}) {
  return (
    <Dialog open={props.open} title={props.title} onClose={props.onClose}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!props.ask.busy) props.onConfirm();
        }}
      >
        {props.children}
        {props.ask.error ? <Notice kind="bad">{props.ask.error}</Notice> : null}
        <div class="dialog-actions">
          <Button kind="quiet" onClick={props.onClose}>
            {texts.keep}
          </Button>
          <Button
            type="submit"
            kind={props.danger ? 'danger' : 'primary'}
            busy={props.ask.busy}
            busyLabel={texts.asking}
          >
            {props.confirm}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const pathOf = (drop: Controlled, verb = ''): string => `/drops/${drop.dropId}${verb ? `/${verb}` : ''}`;

const REASON_MAX = 500;

export function PauseDialog(props: DialogProps) {
  const { drop } = props;
  const ask = useAsk(props);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const confirm = (): void => {
    setMissing(!reason.trim());
    if (reason.trim())
      ask.run('pause', () => api.request('POST', pathOf(drop, 'pause'), { body: { reason: reason.trim() } }));
  };
  return (
    <Question {...props} title={texts.pauseTitle} ask={ask} confirm={texts.pauseDo} onConfirm={confirm}>
      <p>{texts.pauseText(formatNumber(drop.lineLength))}</p>
      <Field
        label={texts.reason}
        name="reason"
        hint={texts.reasonHint}
        maxLength={REASON_MAX}
        autocomplete="off"
        value={reason}
        error={missing && !reason.trim() ? texts.reasonMissing : null}
        onValue={setReason}
      />
      {reason.trim() ? <Notice kind="turn">{texts.preview(reason.trim())}</Notice> : null}
    </Question>
  );
}

export function ResumeDialog(props: DialogProps) {
  const { drop } = props;
  const ask = useAsk(props);
  return (
    <Question
      {...props}
      title={texts.resumeTitle}
      ask={ask}
      confirm={texts.resumeDo}
      onConfirm={() => ask.run('resume', () => api.request('POST', pathOf(drop, 'resume'), { body: {} }))}
    >
      <p>{texts.resumeText}</p>
      {drop.pausedAt && drop.pauseReason ? (
        <p class="muted">
          {texts.resumeSince(formatAge(serverNow() - Date.parse(drop.pausedAt)), drop.pauseReason)}
        </p>
      ) : null}
    </Question>
  );
}

const CAP_MAX = 1_000_000;

/** A whole number of turns, or null. */
export function readCap(typed: string): number | null {
  const plain = typed.replace(/[\s,.']/g, '');
  const cap = /^\d{1,7}$/.test(plain) ? Number(plain) : 0;
  return cap >= 1 && cap <= CAP_MAX ? cap : null;
}

export function CapDialog(props: DialogProps) {
  const { drop } = props;
  const ask = useAsk(props);
  const [typed, setTyped] = useState('');
  const [wrong, setWrong] = useState(false);
  const present = useRef(drop.maxTurns);
  present.current = drop.maxTurns;
  useEffect(() => {
    if (props.open) setTyped(String(present.current));
  }, [props.open]);
  const cap = readCap(typed);
  const confirm = (): void => {
    setWrong(cap === null);
    if (cap !== null) ask.run('cap', () => api.request('PATCH', pathOf(drop), { body: { maxTurns: cap } }));
  };
  return (
    <Question
      {...props}
      title={texts.capTitle}
      ask={ask}
      confirm={cap === null ? texts.capDoPlain : texts.capDo(formatNumber(cap))}
      onConfirm={confirm}
    >
      <Field
        label={texts.capLabel}
        name="cap"
        inputMode="numeric"
        autocomplete="off"
        value={typed}
        hint={texts.capHint(formatNumber(drop.turnsInUse))}
        error={wrong && cap === null ? texts.capWrong : null}
        onValue={setTyped}
      />
    </Question>
  );
}

export function MoveDialog(props: DialogProps) {
  const { drop } = props;
  const ask = useAsk(props);
  const [local, setLocal] = useState('');
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    if (props.open) setLocal(isoToZoned(drop.opensAt, drop.timeZone));
  }, [props.open, drop.opensAt, drop.timeZone]);
  const opensAt = zonedToIso(local, drop.timeZone);
  const sound = opensAt !== null && Date.parse(opensAt) > serverNow();
  const confirm = (): void => {
    setWrong(!sound);
    if (sound) ask.run('reschedule', () => api.request('PATCH', pathOf(drop), { body: { opensAt } }));
  };
  return (
    <Question
      {...props}
      title={texts.rescheduleTitle}
      ask={ask}
      confirm={texts.rescheduleDo}
      onConfirm={confirm}
    >
      <p>{texts.rescheduleText}</p>
      <Field
        label={texts.rescheduleLabel(drop.timeZone)}
        name="opensAt"
        type="datetime-local"
        value={local}
        error={wrong && !sound ? texts.rescheduleWrong : null}
        onValue={setLocal}
      />
    </Question>
  );
}

export function ConfirmDialog(
  props: DialogProps & { action: 'end' | 'cancel'; title: string; text: string; confirm: string },
) {
  const { drop, action } = props;
  const ask = useAsk(props);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const confirm = (): void => {
    setMissing(!reason.trim());
    if (reason.trim())
      ask.run(action, () => api.request('POST', pathOf(drop, action), { body: { reason: reason.trim() } }));
  };
  return (
    <Question {...props} danger ask={ask} onConfirm={confirm}>
      <p>{props.text}</p>
      <Field
        label={texts.reason}
        name="reason"
        hint={texts.reasonHint}
        maxLength={REASON_MAX}
        autocomplete="off"
        value={reason}
        error={missing && !reason.trim() ? texts.reasonMissing : null}
        onValue={setReason}
      />
    </Question>
  );
}
