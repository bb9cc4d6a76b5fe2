/** Where the link of a mail leads that proves an address. A press confirms it: programs that look into mails press nothing. */
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { api, session } from '../session.ts';
import { Sentence, useTitle } from '../shell/states.tsx';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button, Notice } from '../ui/index.ts';
import { DeadLink } from './dead-link.tsx';
import { linkSecret } from './link-secret.ts';
import './accounts.css';

type State = { at: 'asking' | 'busy' } | { at: 'done'; email: string } | { at: 'failed'; error: ApiError };

export default function VerifyEmail() {
  useTitle(texts.verifyTitle);
  const [token] = useState(linkSecret);
  const [state, setState] = useState<State>({ at: 'asking' });

  async function confirm(): Promise<void> {
    setState({ at: 'busy' });
    try {
      const { email } = await api.request<{ email: string }>('POST', '/email/verify', {
        body: { token },
        authenticate: false,
      });
      setState({ at: 'done', email });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setState({ at: 'failed', error });
    }
  }

  const again = '/profile';
  if (token === null) return <DeadLink problem={null} again={again} />;
  if (state.at === 'failed' && state.error.code === 'LINK_NOT_VALID')
    return <DeadLink problem={state.error.message} again={again} />;
  if (state.at === 'done')
    return (
      <div class="page" role="status">
        <Sentence
          title={texts.verifyDone}
          text={texts.verifyDoneText(state.email)}
          actions={
            session.value.user ? (
              <Button href="/profile">{texts.toAccount}</Button>
            ) : (
              <Button href="/">{texts.goOn}</Button>
            )
          }
        />
      </div>
    );
  return (
    <div class="page account-page">
      <div class="account-form">
        <div class="stack-s">
          <h1>{texts.verifyTitle}</h1>
          <p class="muted">{texts.verifyLead}</p>
        </div>
        {state.at === 'failed' ? <Notice kind="bad">{state.error.message}</Notice> : null}
        <Button wide busy={state.at === 'busy'} busyLabel={texts.verifying} onClick={() => void confirm()}>
          {texts.verifyDo}
        </Button>
      </div>
    </div>
  );
}
