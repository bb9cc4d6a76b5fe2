/** A button that hands on a link: by the device's own sheet where there is one, else onto the clipboard. */
import { useState } from 'preact/hooks';
import { sharingTexts as texts } from '../texts/sharing.ts';
import { Button } from '../ui/index.ts';
import { copyText } from './copy.ts';

export interface ShareProps {
  title: string;
  /** Of this site. */
  path: string;
  /** The same link for posters. */
  qr: string;
}

export function Share({ title, path, qr }: ShareProps) {
  const [said, setSaid] = useState<string | null>(null);
  const url = new URL(path, window.location.origin).href;
  const share = async (): Promise<void> => {
    if (typeof navigator.share === 'function') {
      try {
        await navigator.share({ title, url });
        return;
      } catch (error) {
        // Closed by whoever opened it. Anything else (a sheet that is not allowed here): the link is copied.
        if ((error as Error).name === 'AbortError') return;
      }
    }
    setSaid((await copyText(url)) ? texts.copied : `${texts.copyFailed} ${url}`);
  };
  return (
    <div class="cluster share">
      <Button kind="quiet" small onClick={() => void share()}>
        {texts.share}
      </Button>
      <a class="small" href={qr} download={texts.file('holdfast-link')}>
        {texts.saveQr}
      </a>
      <p class="said small" role="status">
        {said}
      </p>
    </div>
  );
}
