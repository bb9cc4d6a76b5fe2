/** A link that is used, over or cut off. */
import { Sentence } from '../shell/states.tsx';
import { profileTexts as texts } from '../texts/profile.ts';
import { Button } from '../ui/index.ts';

/** `problem`: what the server said; null: the link came without its secret. `again`: where to ask for another. */
export function DeadLink({ problem, again }: { problem: string | null; again: string }) {
  return (
    <div class="page">
      <Sentence
        title={problem === null ? texts.linkMissingTitle : texts.linkDeadTitle}
        text={problem ?? texts.linkMissing}
        actions={<Button href={again}>{texts.askAgain}</Button>}
      />
    </div>
  );
}
