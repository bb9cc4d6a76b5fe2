/** Where an app's request ends that cannot be sent back to anybody. */
import { location } from '../router.ts';
import { Sentence, useTitle } from '../shell/states.tsx';
import { oauthTexts as texts } from '../texts/oauth.ts';
import { Button } from '../ui/index.ts';

/** Names of errors as OAuth has them: whatever else an address holds is not repeated. */
const CODE = /^[a-z_]{1,60}$/;

export default function Problem() {
  useTitle(texts.problemTitle);
  const code = location.value.query.get('error') ?? '';
  return (
    <div class="page">
      <Sentence
        title={texts.problemTitle}
        text={
          <>
            {texts.problemText} {CODE.test(code) ? <b>{texts.problemCode(code)}</b> : null}
          </>
        }
        actions={<Button href="/">{texts.toStart}</Button>}
      />
    </div>
  );
}
