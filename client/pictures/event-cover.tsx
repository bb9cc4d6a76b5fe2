/** The vendor's picture of an event: put there, replaced, taken away. */
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { Button } from '../ui/index.ts';
import { Cover } from './cover.tsx';
import { FileChoice, Share, useChosen } from './file-choice.tsx';
import { sendPicture } from './send.ts';
import './pictures.css';

export function EventCover(props: {
  event: { id: string; imageUrl?: string | null };
  /** There is another one now, or none. */
  onChange: () => void;
}) {
  const { id, imageUrl } = props.event;
  const file = useChosen();
  const [share, setShare] = useState<number | null>(null);
  const [busy, setBusy] = useState(false);
  const [said, setSaid] = useState<string | null>(null);

  async function run(work: () => Promise<unknown>, done: string): Promise<void> {
    setSaid(null);
    setBusy(true);
    file.setProblem(null);
    try {
      await work();
      file.clear();
      setSaid(done);
      props.onChange();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      file.setProblem(error.message);
    } finally {
      setBusy(false);
      setShare(null);
    }
  }
  const path = `/events/${id}/image`;
  const send = (image: File): Promise<void> =>
    run(() => sendPicture({ method: 'PUT', path, image, onShare: setShare }), texts.coverDone);
  const { chosen } = file;
  return (
    <section class="card event-cover" aria-label={texts.cover}>
      <h2 class="card-title">{texts.cover}</h2>
      <p class="small muted">{texts.coverText}</p>
      {chosen ? null : <Cover event={props.event} class="event-cover-now" />}
      <FileChoice of={file} />
      {share === null ? null : <Share share={share} />}
      <div class="picture-choices">
        {chosen ? (
          <Button busy={busy} onClick={() => void send(chosen.file)}>
            {imageUrl ? texts.coverReplace : texts.send}
          </Button>
        ) : null}
        {imageUrl && !chosen ? (
          <Button
            kind="quiet"
            busy={busy}
            onClick={() => void run(() => api.request('DELETE', path), texts.coverRemoved)}
          >
            {texts.coverRemove}
          </Button>
        ) : null}
      </div>
      <p class="small" role="status">
        {said}
      </p>
    </section>
  );
}
