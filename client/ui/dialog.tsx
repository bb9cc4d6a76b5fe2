import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';

/** A question in words over the page: the browser's own modal dialog, so focus and Escape work as everywhere. */
export function Dialog(props: {
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons, the safe one first. */
  actions?: ComponentChildren;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    if (props.open && !dialog.open) dialog.showModal();
    if (!props.open && dialog.open) dialog.close();
  }, [props.open]);
  useEffect(() => {
    // A press on the backdrop lands on the dialog itself; Escape is the same for the keyboard.
    const dialog = box.current;
    const onPress = (event: MouseEvent) => {
      if (event.target === dialog) dialog?.close();
    };
    dialog?.addEventListener('click', onPress);
    return () => dialog?.removeEventListener('click', onPress);
  }, []);
  return (
    <dialog
      ref={box}
      class="dialog"
      aria-labelledby={id}
      onClose={() => {
        if (props.open) props.onClose();
      }}
    >
      {props.open ? (
        <>
          <h2 id={id}>{props.title}</h2>
          {props.children}
          {props.actions ? <div class="dialog-actions">{props.actions}</div> : null}
        </>
      ) : null}
    </dialog>
  );
}
