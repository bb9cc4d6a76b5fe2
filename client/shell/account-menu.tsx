/** Who is logged in. What the menu holds is fetched when it is first opened, or about to be: those who wait in line have other things to load. */
import type { FunctionComponent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { location, loginPath } from '../router.ts';
import { session, team } from '../session.ts';
import { shellTexts as texts } from '../texts/shell.ts';
import { Button, classes } from '../ui/index.ts';

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');

/** Open or not; closes on Escape, on a press elsewhere and when the page changes. */
function useMenu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const visit = location.value.visit;
  // another page closes the menu
  useEffect(() => setOpen(false), [visit]);
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      setOpen(false);
      box.current?.querySelector('button')?.focus();
    };
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPress);
    };
  }, [open]);
  return { open, setOpen, box };
}

export function AccountMenu() {
  const { status, user } = session.value;
  const { open, setOpen, box } = useMenu();
  const [Panel, setPanel] = useState<FunctionComponent | null>(null);
  const id = useId();
  const fetchPanel = (): void => {
    if (Panel) return;
    import('./menu-panel.tsx').then(
      (found) => setPanel(() => found.MenuPanel),
      // No network just now: pressed again it is fetched again.
      () => setOpen(false),
    );
  };

  if (status === 'unknown') return <span class="account-waiting" aria-hidden="true" />;
  const here = `${location.value.path}${location.value.query.size ? `?${location.value.query}` : ''}`;
  const atTheDoor = location.value.path === '/login' || location.value.path === '/register';

  return (
    <div class="account" ref={box}>
      {user || atTheDoor ? null : (
        <Button small kind="primary" href={loginPath(here)}>
          {texts.logIn}
        </Button>
      )}
      <button
        type="button"
        class={classes('account-button', !user && 'anonymous', team.value !== null && 'in-team')}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onPointerEnter={fetchPanel}
        onClick={() => {
          fetchPanel();
          setOpen(!open);
        }}
      >
        {user ? initials(user.name) : <Dots />}
        <span class="sr">
          {user ? `, ${texts.account(user.name)}` : texts.theme}
          {team.value ? `, ${team.value.name}` : ''}
        </span>
      </button>
      {open ? (
        <div class="account-menu" id={id}>
          {Panel ? <Panel /> : <span class="account-waiting" aria-hidden="true" />}
        </div>
      ) : null}
    </div>
  );
}

const Dots = () => (
  <svg width="20" height="20" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true">
    <circle cx="4" cy="10" r="1.8" />
    <circle cx="10" cy="10" r="1.8" />
    <circle cx="16" cy="10" r="1.8" />
  </svg>
);
