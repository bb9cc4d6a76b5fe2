/** Adding a picture of a night: choose, look, say a few words, send. */
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { session } from '../session.ts';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { Button, Dialog, Field } from '../ui/index.ts';
import { FileChoice, Share, useChosen } from './file-choice.tsx';
import { sendPicture } from './send.ts';
import './pictures.css';

const CAPTION_MAX = 300;

export interface Night {
  eventId: string;
  title: string;
}

export function AddPicture({ night, onClose }: { night: Night | null; onClose: () => void }) {
  return (
    <Dialog open={night !== null} title={night ? texts.addFor(night.title) : ''} onClose={onClose}>
      {night ? <Adding night={night} onClose={onClose} /> : null}
    </Dialog>
  );
}

function Adding({ night, onClose }: { night: Night; onClose: () => void }) {
  const file = useChosen();
  const [caption, setCaption] = useState('');
  const [share, setShare] = useState<number | null>(null);
  const [added, setAdded] = useState(false);

  async function send(): Promise<void> {
    if (!file.chosen) return file.setProblem(texts.chooseFirst);
    file.setProblem(null);
    setShare(0);
    const said = caption.trim();
    try {
      await sendPicture({
        method: 'POST',
        path: `/users/${session.value.user?.id ?? ''}/upload-image`,
        fields: { eventId: night.eventId, ...(said ? { caption: said } : {}) },
        image: file.chosen.file,
        onShare: setShare,
      });
      setAdded(true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      file.setProblem(error.message);
    } finally {
      setShare(null);
    }
  }

  if (added)
    return (
      <div class="stack">
        <p role="status">
          <b>{texts.added}</b> {texts.addedText}
        </p>
        <div class="dialog-actions">
          <Button
            kind="quiet"
            onClick={() => {
              file.clear();
              setCaption('');
              setAdded(false);
            }}
          >
            {texts.addMore}
          </Button>
          <Button onClick={onClose}>{texts.done}</Button>
        </div>
      </div>
    );
  return (
    <form
      class="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (share === null) void send();
      }}
    >
      <p class="small muted">{texts.addText}</p>
      <FileChoice of={file} />
      {file.chosen ? (
        <Field
          label={texts.caption}
          name="caption"
          maxLength={CAPTION_MAX}
          value={caption}
          onValue={setCaption}
        />
      ) : null}
      {share === null ? null : <Share share={share} />}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {texts.close}
        </Button>
        <Button type="submit" busy={share !== null} disabled={!file.chosen}>
          {texts.send}
        </Button>
      </div>
    </form>
  );
}
