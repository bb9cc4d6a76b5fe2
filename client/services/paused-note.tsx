/** What is paused, why, and until when, in one notice. */
import { Notice } from '../ui/index.ts';
import { type Saying, sayPaused } from './note.ts';

export function PausedNote(props: Saying) {
  const said = sayPaused(props);
  if (!said) return null;
  return (
    <Notice kind="turn" title={said.title}>
      {said.sentences.length > 0 ? <span class="num">{said.sentences.join(' ')}</span> : null}
    </Notice>
  );
}
