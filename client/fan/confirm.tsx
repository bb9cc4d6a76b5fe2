import { useState } from 'preact/hooks';
import { Button, Dialog } from '../ui/index.ts';

/** A button that asks in words before it does something one cannot take back. The safe answer comes first. */
export function Confirm(props: {
  label: string;
  title: string;
  text: string;
  yes: string;
  no: string;
  kind?: 'quiet' | 'danger' | 'link';
  busy?: boolean;
  disabled?: boolean;
  wide?: boolean;
  onYes: () => void;
}) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button
        kind={props.kind ?? 'quiet'}
        wide={props.wide ?? false}
        small
        busy={props.busy ?? false}
        disabled={props.disabled ?? false}
        onClick={() => setOpen(true)}
      >
        {props.label}
      </Button>
      <Dialog
        open={open}
        title={props.title}
        onClose={close}
        actions={
          <>
            <Button kind="primary" small onClick={close} autoFocus>
              {props.no}
            </Button>
            <Button
              kind="danger"
              small
              onClick={() => {
                close();
                props.onYes();
              }}
            >
              {props.yes}
            </Button>
          </>
        }
      >
        <p>{props.text}</p>
      </Dialog>
    </>
  );
}
