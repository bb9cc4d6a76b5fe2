/** Who is logged in, what is theirs, how the page looks, and the way out. */
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { location, loginPath, navigate } from '../router.ts';
import { logOut, session } from '../session.ts';
import { shellTexts as texts } from '../texts/shell.ts';
import { Button } from '../ui/index.ts';
import { chooseTheme, THEMES, theme } from './theme.ts';

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? '')
    .join('');

function ThemeChoice() {
  const name = useId();
  return (
    <fieldset class="theme-choice">
      <legend class="tiny muted">{texts.theme}</legend>
      <div class="theme-options">
        {THEMES.map((choice) => (
          <label key={choice}>
            <input
              type="radio"
              name={name}
              checked={theme.value === choice}
              onChange={() => chooseTheme(choice)}
            />
            <span>{texts.themes[choice]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function linksFor(role: 'user' | 'vendor' | 'operator'): [href: string, text: string][] {
  const links: [string, string][] = [
    ['/my/tickets', texts.myTickets],
    ['/my/orders', texts.myOrders],
    ['/my/points', texts.myPoints],
    ['/my/cards', texts.myCards],
    ['/mailbox', texts.mailbox],
    ['/profile', texts.profile],
  ];
  if (role === 'vendor' || role === 'operator') links.push(['/vendor', texts.vendorEvents]);
  if (role === 'vendor') links.push(['/vendor/new', texts.vendorNew]);
  if (role === 'operator') links.push(['/operator', texts.operator]);
  return links;
}

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
  const [leaving, setLeaving] = useState(false);
  const id = useId();

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
        class={user ? 'account-button' : 'account-button anonymous'}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
      >
        {user ? initials(user.name) : <Dots />}
        <span class="sr">{user ? `, ${texts.account(user.name)}` : texts.theme}</span>
      </button>
      {open ? (
        <div class="account-menu" id={id}>
          {user ? (
            <>
              <div class="account-who">
                <b>{user.name}</b>
                <span class="small muted">{user.email}</span>
              </div>
              <nav aria-label={texts.account(user.name)}>
                {linksFor(user.role).map(([href, text]) => (
                  <a href={href} key={href} aria-current={location.value.path === href ? 'page' : undefined}>
                    {text}
                  </a>
                ))}
              </nav>
            </>
          ) : null}
          <ThemeChoice />
          {user ? (
            <Button
              kind="quiet"
              small
              wide
              busy={leaving}
              busyLabel={texts.loggingOut}
              onClick={() => {
                setLeaving(true);
                logOut().finally(() => {
                  setLeaving(false);
                  navigate('/');
                });
              }}
            >
              {texts.logOut}
            </Button>
          ) : null}
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
