/** Inviting somebody: an address and what they may. */
import { useState } from 'preact/hooks';
import type { NewInvitation, TeamRight } from '../../server/protocol/teams.ts';
import { api, vendorId } from '../session.ts';
import { useForm } from '../shell/form.ts';
import { accountTexts } from '../texts/accounts.ts';
import { teamTexts as texts } from '../texts/teams.ts';
import { Button, Card, Field, Notice } from '../ui/index.ts';
import { RightsChoice } from './rights.tsx';

export function InviteForm({ onSent }: { onSent: (invitation: NewInvitation) => void }) {
  const [email, setEmail] = useState('');
  const [rights, setRights] = useState<TeamRight[]>([]);
  const { errors, problem, busy, form, submit } = useForm(
    ['email', 'rights'],
    () => ({
      ...(/^\s*\S+@\S+\.\S+\s*$/.test(email) ? {} : { email: accountTexts.emailWrong }),
      ...(rights.length > 0 ? {} : { rights: texts.chooseRight }),
    }),
    async () => {
      const path = `/vendors/${vendorId.value}/team/invitations`;
      onSent(await api.request<NewInvitation>('POST', path, { body: { email: email.trim(), rights } }));
      setEmail('');
      setRights([]);
    },
  );
  return (
    <Card title={texts.invite}>
      <form class="stack" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
        {problem ? <Notice kind="bad">{problem}</Notice> : null}
        <Field
          label={texts.email}
          name="email"
          type="email"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={email}
          error={errors.email}
          onValue={setEmail}
        />
        <RightsChoice chosen={rights} error={errors.rights} onChange={setRights} />
        <div>
          <Button type="submit" busy={busy} busyLabel={texts.sending}>
            {texts.send}
          </Button>
        </div>
      </form>
    </Card>
  );
}
