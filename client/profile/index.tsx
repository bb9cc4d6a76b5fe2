/** One's own account: who, how to be told, how to get in, where one is in. */
import type { ProfileView, SessionView } from '../../server/protocol/profile.ts';
import { api, session } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, useTitle } from '../shell/states.tsx';
import { profileTexts as texts } from '../texts/profile.ts';
import '../accounts/accounts.css';
import './profile.css';
import { ConnectedApps } from '../oauth/connected.tsx';
import { TieElsewhere } from '../oauth/elsewhere.tsx';
import { About } from './about.tsx';
import { Address } from './address.tsx';
import { Notifications } from './notifications.tsx';
import { Passkeys } from './passkeys.tsx';
import { PasswordPart } from './password-part.tsx';
import { Sessions } from './sessions.tsx';

export default function Profile() {
  useTitle(texts.title);
  const userId = session.value.user?.id ?? '';
  const { loaded, reload, replace } = useLoad(`profile ${userId}`, (signal) =>
    api.request<ProfileView>('GET', `/users/${userId}`, { signal }),
  );
  const sessions = useLoad(`sessions ${userId}`, async (signal) => {
    const { items } = await api.request<{ items: SessionView[] }>('GET', '/sessions', { signal });
    return items;
  });
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const profile = loaded.data;
  return (
    <div class="page profile">
      <div class="page-head">
        <div>
          <h1>{texts.title}</h1>
          <p>{profile.name}</p>
        </div>
        <nav class="cluster" aria-label={texts.links}>
          <a href="/my/tickets">{texts.tickets}</a>
          <a href="/my/orders">{texts.orders}</a>
        </nav>
      </div>
      <div class="profile-parts">
        <About profile={profile} onProfile={replace} />
        <div class="profile-side">
          <Notifications />
          <Address profile={profile} onProfile={replace} />
          <PasswordPart userId={profile.id} onChanged={sessions.reload} />
          <Passkeys verified={profile.emailVerified} />
          <TieElsewhere />
          <ConnectedApps />
          <Sessions loaded={sessions.loaded} reload={sessions.reload} />
        </div>
      </div>
    </div>
  );
}
