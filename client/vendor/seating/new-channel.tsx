/** The form of a new channel: its name, its code, and when its seats are released. */
import { useState } from 'preact/hooks';
import { api } from '../../session.ts';
import { useForm } from '../../shell/form.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { serverNow } from '../../time.ts';
import { Button, Dialog, Field, Notice } from '../../ui/index.ts';
import {
  CHANNEL_FIELDS,
  type ChannelDraft,
  type ChannelField,
  channelBody,
  checkChannel,
  NO_CHANNEL,
} from './channel-draft.ts';

const { channels: texts } = vendorSeatTexts;

interface Props {
  eventId: string;
  zone: string;
  open: boolean;
  onClose: () => void;
  onMade: (name: string) => void;
}

export function NewChannel(props: Props) {
  return (
    <Dialog open={props.open} title={texts.newTitle} onClose={props.onClose}>
      <ChannelForm {...props} />
    </Dialog>
  );
}

/** Its own component: each time the dialog opens, the form is empty. */
function ChannelForm({ eventId, zone, onClose, onMade }: Props) {
  const [draft, setDraft] = useState<ChannelDraft>(NO_CHANNEL);
  const set = (changed: Partial<ChannelDraft>): void => setDraft((before) => ({ ...before, ...changed }));
  const { errors, problem, busy, form, submit } = useForm<ChannelField>(
    CHANNEL_FIELDS,
    () => checkChannel(draft, zone, serverNow()),
    async () => {
      await api.request('POST', `/events/${eventId}/channels`, { body: channelBody(draft, zone) });
      onMade(draft.name.trim());
    },
  );
  return (
    <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
      <Field
        label={texts.name}
        name="name"
        hint={texts.nameHint}
        autocomplete="off"
        required
        value={draft.name}
        error={errors.name}
        onValue={(name) => set({ name })}
      />
      <Field
        label={texts.code}
        name="code"
        hint={texts.codeHint}
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        value={draft.code}
        error={errors.code}
        onValue={(code) => set({ code })}
      />
      <Field
        label={texts.releaseAt(zone)}
        name="releaseAt"
        type="datetime-local"
        hint={texts.releaseHint}
        value={draft.releaseAt}
        error={errors.releaseAt}
        onValue={(releaseAt) => set({ releaseAt })}
      />
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <div class="dialog-actions">
        <Button kind="quiet" onClick={onClose}>
          {texts.cancel}
        </Button>
        <Button type="submit" busy={busy} busyLabel={texts.creating}>
          {texts.create}
        </Button>
      </div>
    </form>
  );
}
