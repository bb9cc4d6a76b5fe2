/** Where the link of an invitation leads. */
import { useState } from 'preact/hooks';
import type { InvitationLook, MyTeam } from '../../server/protocol/teams.ts';
import { DeadLink } from '../accounts/dead-link.tsx';
import { linkSecret } from '../accounts/link-secret.ts';
import { ApiError } from '../api.ts';
import { loginPath } from '../router.ts';
import { api, session, user, workFor } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { shellTexts } from '../texts/shell.ts';
import { teamTexts as texts } from '../texts/teams.ts';
import { Button, Notice } from '../ui/index.ts';
import { RightsInWords } from './rights.tsx';
import '../accounts/accounts.css';
import './teams.css';

type State = { at: 'asking' | 'busy' } | { at: 'done'; team: MyTeam } | { at: 'failed'; error: ApiError };

const KEPT = 'holdfast.invitation';

/** The link's secret, kept in this tab while one logs in or makes an account: in an address it would reach the server's logs. */
function keptSecret(): string | null {
  const secret = linkSecret();
  try {
    if (secret !== null) sessionStorage.setItem(KEPT, secret);
    return secret ?? sessionStorage.getItem(KEPT);
  } catch {
    // Without storage the link is followed again after logging in.
    return secret;
  }
}

export default function JoinTeam() {
  useTitle(texts.joinTitle);
  const [secret] = useState(keptSecret);
  const { status } = session.value;
  if (secret === null) return <DeadLink problem={null} again="/" />;
  if (status === 'unknown') return <PageLoading />;
  if (status === 'anonymous') return <FirstLogIn />;
  return <Invitation secret={secret} />;
}

const HERE = '/join-team';

function FirstLogIn() {
  return (
    <div class="page">
      <Sentence
        title={texts.joinFirst}
        text={texts.joinFirstText}
        actions={
          <>
            <Button href={loginPath(HERE)}>{shellTexts.logIn}</Button>
            <Button kind="quiet" href={`/register?to=${encodeURIComponent(HERE)}`}>
              {shellTexts.register}
            </Button>
          </>
        }
      />
    </div>
  );
}

function Invitation({ secret }: { secret: string }) {
  const { loaded, reload } = useLoad(secret, (signal) =>
    api.request<InvitationLook>('POST', '/me/teams/look', { body: { secret }, signal }),
  );
  const [state, setState] = useState<State>({ at: 'asking' });

  async function join(): Promise<void> {
    setState({ at: 'busy' });
    try {
      const made = await api.request<MyTeam>('POST', '/me/teams', { body: { secret } });
      workFor(made);
      setState({ at: 'done', team: made });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ at: 'failed', error });
    }
  }

  if (state.at === 'done')
    return (
      <div class="page" role="status">
        <Sentence
          title={texts.joined(state.team.name)}
          text={texts.joinedText}
          actions={<Button href="/vendor">{texts.toEvents}</Button>}
        />
      </div>
    );
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return loaded.error.code === 'LINK_NOT_VALID' ? (
      <DeadLink problem={loaded.error.message} again="/" />
    ) : (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const { name, rights } = loaded.data;
  return (
    <div class="page account-page">
      <div class="account-form">
        <div class="stack-s">
          <h1>{texts.joinOf(name)}</h1>
          <p class="muted">{texts.joinAs(user.value?.name ?? '', user.value?.email ?? '')}</p>
        </div>
        <div class="stack-s">
          <p>{texts.joinMay}</p>
          <RightsInWords rights={rights} />
          <p class="small muted">{texts.joinUndo}</p>
        </div>
        {state.at === 'failed' ? <Notice kind="bad">{state.error.message}</Notice> : null}
        <Button wide busy={state.at === 'busy'} busyLabel={texts.joining} onClick={() => void join()}>
          {texts.join}
        </Button>
      </div>
    </div>
  );
}
