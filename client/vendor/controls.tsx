/** The hands on a drop: pause with a reason, resume, cap; for operators also end, cancel and move. Each asks in words. */
import { useEffect, useState } from 'preact/hooks';
import type { DropPhase } from '../../server/protocol/views.ts';
import { vendorTexts as texts } from '../texts/vendor.ts';
import { Button, formatNumber, Notice } from '../ui/index.ts';
import { CapDialog, ConfirmDialog, MoveDialog, PauseDialog, ResumeDialog } from './dialogs.tsx';
import './controls.css';

/** What the controls need to know of a drop to ask in its own figures. */
export interface Controlled {
  dropId: string;
  phase: DropPhase;
  hasLine: boolean;
  maxTurns: number;
  turnsInUse: number;
  lineLength: number;
  unsold: number;
  opensAt: string;
  timeZone: string;
  pausedAt: string | null;
  pauseReason: string | null;
}

export const ACTIONS = ['pause', 'resume', 'cap', 'reschedule', 'end', 'cancel'] as const;
export type Action = (typeof ACTIONS)[number];

/** Which controls make sense in which phase; a new phase does not compile until it is decided. */
export const POSSIBLE: Record<DropPhase, readonly Action[]> = {
  scheduled: ['cap', 'reschedule', 'cancel'],
  lobby: ['cap', 'reschedule', 'cancel'],
  drawing: ['cap'],
  live: ['pause', 'cap', 'end', 'cancel'],
  paused: ['resume', 'cap', 'end', 'cancel'],
  sold_out: ['pause', 'cap', 'end', 'cancel'],
  ended: [],
  canceled: [],
};

const FOR_VENDORS: readonly Action[] = ['pause', 'resume', 'cap'];

/** Long enough to read; the phase beside it says the same for good. */
const DONE_SHOWN_MS = 8_000;

/** A cap on turns means something only where there are turns. */
export function actionsFor(drop: Pick<Controlled, 'phase' | 'hasLine'>, asOperator: boolean): Action[] {
  return POSSIBLE[drop.phase].filter(
    (action) => (asOperator || FOR_VENDORS.includes(action)) && (drop.hasLine || action !== 'cap'),
  );
}

export function Controls(props: { drop: Controlled; asOperator: boolean; onDone: () => void }) {
  const { drop } = props;
  const [open, setOpen] = useState<Action | null>(null);
  const [done, setDone] = useState<Action | null>(null);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(null), DONE_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const actions = actionsFor(drop, props.asOperator);
  const dialog = {
    drop,
    onClose: () => setOpen(null),
    onDone: (action: Action) => {
      setOpen(null);
      setDone(action);
      props.onDone();
    },
  };
  return (
    <div class="controls">
      <div class="controls-buttons">
        {actions.map((action) => (
          <Button
            key={action}
            kind={action === 'cancel' || action === 'end' ? 'danger' : 'quiet'}
            small
            onClick={() => {
              setDone(null);
              setOpen(action);
            }}
          >
            {action === 'cap' ? texts.cap(formatNumber(drop.maxTurns)) : texts[action]}
          </Button>
        ))}
      </div>
      <div role="status">{done ? <Notice kind="good">{texts.done[done]}</Notice> : null}</div>
      <PauseDialog open={open === 'pause'} {...dialog} />
      <ResumeDialog open={open === 'resume'} {...dialog} />
      <CapDialog open={open === 'cap'} {...dialog} />
      <MoveDialog open={open === 'reschedule'} {...dialog} />
      <ConfirmDialog
        open={open === 'end'}
        action="end"
        title={texts.endTitle}
        text={texts.endText(formatNumber(drop.unsold))}
        confirm={texts.endDo}
        {...dialog}
      />
      <ConfirmDialog
        open={open === 'cancel'}
        action="cancel"
        title={texts.cancelTitle}
        text={texts.cancelText}
        confirm={texts.cancelDo}
        {...dialog}
      />
    </div>
  );
}
