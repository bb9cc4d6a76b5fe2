/** The way to add a picture of a night; its code is fetched by the press, so that tickets open as fast as ever. */
import { useState } from 'preact/hooks';
import { ticketTexts as texts } from '../texts/tickets.ts';
import { Button } from '../ui/index.ts';

type Parts = typeof import('../pictures/add.tsx');

export function AddPicture({ eventId, title }: { eventId: string; title: string }) {
  const [parts, setParts] = useState<Parts | null>(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const start = (): void => {
    setOpen(true);
    setFailed(false);
    setBusy(true);
    import('../pictures/add.tsx').then(setParts, () => setFailed(true)).finally(() => setBusy(false));
  };
  return (
    <div class="no-print add-picture">
      <Button kind="quiet" small busy={busy} onClick={start}>
        {texts.addPicture}
      </Button>
      {failed ? (
        <p class="small" role="alert">
          {texts.addPictureFailed}
        </p>
      ) : null}
      {parts ? (
        <parts.AddPicture night={open ? { eventId, title } : null} onClose={() => setOpen(false)} />
      ) : null}
    </div>
  );
}
