/** `/d/:dropId`: the drop page. */
import { effect, type ReadonlySignal, signal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import './fan.css';
import { watchSecond } from '../time.ts';
import { type AnnouncerState, announce, silent } from './announcer.ts';
import { allowSound, isTurn, notify, ring, showIcon, vibrate } from './attention.ts';
import { fetchShop, wantsShop } from './lazy-shop.tsx';
import { say } from './messages.ts';
import { createModel } from './model.ts';
import { DropView } from './view.tsx';
import type { DropViewProps, Problem } from './view-props.ts';
import { titleOf } from './wording.ts';

/** Title, icon, bell and the live region follow the screen; each screen change forgets the problem of the last. */
function useAttention(props: ReadonlySignal<DropViewProps>, problem: { value: Problem | null }) {
  const spoken = useMemo(() => signal<AnnouncerState>(silent), []);
  const last = useRef<string | null>(null);
  const follow = (): void => {
    const { screen, event, now } = props.value;
    const title = event?.title ?? say.appName;
    document.title = titleOf(screen, title);
    const turn = isTurn(screen.name);
    showIcon(turn);
    if (last.current !== screen.name) {
      if (turn) {
        vibrate();
        ring();
        notify(say.called.title, `${say.called.claim}: ${title}`, `turn-${props.value.drop?.id}`);
      }
      const [from, asking] = [last.current, props.value.asking !== null];
      if (from !== null) queueMicrotask(() => afterTurn(problem, from, screen.name, asking));
      if (last.current !== null && last.current !== 'loading') turnTo(screen.name);
      last.current = screen.name;
    }
    if (wantsShop(screen)) fetchShop();
    spoken.value = announce(spoken.peek(), screen, now);
  };
  // Not a component's effect, which waits for a frame: by then an action may have told of the new screen.
  useEffect(() => effect(follow), [props]);
  useEffect(() => {
    // Whoever said yes before need not press again: the first touch of anything lets the page ring.
    const armed = (): void => {
      if (props.peek().alerts !== 'no') allowSound();
    };
    window.addEventListener('pointerdown', armed, { once: true });
    return () => {
      window.removeEventListener('pointerdown', armed);
      showIcon(false);
    };
  }, [props]);
  return spoken;
}

/**
 * A new screen begins at its top. Whoever pressed a button that is gone, or reads by ear, is led to it; nobody's focus is
 * taken from something that is still there.
 */
function turnTo(name: string): void {
  requestAnimationFrame(() => {
    window.scrollTo({ top: 0 });
    const state = document.querySelector<HTMLElement>(`.on-${name} .drop-state`);
    if (state && (document.activeElement === document.body || document.activeElement === null))
      state.focus({ preventScroll: true });
  });
}

/**
 * What a problem was about is gone with its screen. One thing stays to be said: a hold that ended by itself. (A refusal
 * that changed the screen is told after this, by the action that met it.)
 */
function afterTurn(problem: { value: Problem | null }, from: string, to: string, asking: boolean): void {
  const holdOver = from === 'hold' && !asking && !['paying', 'step', 'tickets', 'loading'].includes(to);
  problem.value = holdOver ? { at: 'line', kind: 'turn', text: say.problem.holdOver } : null;
}

export default function DropPage({ dropId }: { dropId: string }) {
  const model = useMemo(() => createModel(dropId), [dropId]);
  useEffect(() => {
    const unwatch = watchSecond();
    return () => {
      unwatch();
      model.stop();
    };
  }, [model]);
  const spoken = useAttention(model.props, model.problem);
  return (
    <>
      <DropView {...model.props.value} />
      <p class="sr" role="status" aria-live="polite">
        {spoken.value.text}
      </p>
    </>
  );
}
