/** What the menu of the account holds: what is theirs, for whom they work, how the page looks, and the way out. */
import { useId, useState } from 'preact/hooks';
import type { SessionUser } from '../api.ts';
import { location, navigate } from '../router.ts';
import { logOut, may, session, team } from '../session.ts';
import { menuTexts as texts } from '../texts/menu.ts';
import { Button } from '../ui/index.ts';
import { chooseTheme, THEMES, theme } from './theme.ts';
import { WorkFor } from './work-for.tsx';
import './menu.css';

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

type Link = readonly [href: string, text: string];

const OWN: readonly Link[] = [
  ['/my/tickets', texts.myTickets],
  ['/my/orders', texts.myOrders],
  ['/my/points', texts.myPoints],
  ['/my/cards', texts.myCards],
  ['/mailbox', texts.mailbox],
  ['/profile', texts.profile],
];

/** A vendor's, or those of the vendor one works for, as far as one may. */
function linksFor(role: SessionUser['role']): readonly Link[] {
  const works = team.value !== null;
  const vendor = works || role === 'vendor';
  const links: (Link | false)[] = [
    ...(works ? [] : OWN),
    (vendor || role === 'operator') && ['/vendor', texts.vendorEvents],
    vendor && may('events') && ['/vendor/new', texts.vendorNew],
    vendor && may('team') && ['/vendor/team', texts.team],
    role === 'operator' && ['/operator', texts.operator],
  ];
  return links.filter((link) => link !== false);
}

export function MenuPanel() {
  const { user } = session.value;
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      {user ? (
        <>
          <div class="account-who">
            <b>{user.name}</b>
            <span class="small muted">{user.email}</span>
          </div>
          <WorkFor />
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
    </>
  );
}
