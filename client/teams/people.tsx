/** Who is in the team and who is invited, each with what can be done about it. */
import { useState } from 'preact/hooks';
import type { TeamInvitation, TeamMember, TeamRight, TeamView } from '../../server/protocol/teams.ts';
import { api, may, team, user, vendorId } from '../session.ts';
import type { Question } from '../shell/confirm.tsx';
import { useForm } from '../shell/form.ts';
import { teamTexts as texts } from '../texts/teams.ts';
import { Button, Card, formatDay, Notice, ownZone } from '../ui/index.ts';
import { Rights, RightsChoice } from './rights.tsx';

const teamPath = (): string => `/vendors/${vendorId.value}/team`;
/** Only whose rights are one's own too can be changed or removed. */
const within = (rights: readonly TeamRight[]): boolean => rights.every(may);

interface RowProps {
  ask: (question: Question) => void;
  onChange: () => void;
}

export function Members({ members, ...row }: RowProps & Pick<TeamView, 'members'>) {
  return (
    <Card title={texts.members}>
      {members.length === 0 ? (
        <p class="muted">{texts.nobodyText}</p>
      ) : (
        <ul class="team-list" aria-label={texts.members}>
          {members.map((member) => (
            <li key={member.userId}>
              <Member member={member} {...row} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Member({ member, ask, onChange }: RowProps & { member: TeamMember }) {
  const [changing, setChanging] = useState(false);
  const { name, email, rights, since, userId } = member;
  const self = userId === user.value?.id;
  if (changing)
    return (
      <ChangeRights
        member={member}
        onLeave={() => setChanging(false)}
        onChanged={() => {
          setChanging(false);
          onChange();
        }}
      />
    );
  return (
    <div class="team-row">
      <div class="grow">
        <b>{name}</b> {self ? <span class="muted">({texts.you})</span> : null}
        <p class="small muted">
          {email} · {texts.since(formatDay(since, ownZone()))}
        </p>
        <Rights rights={rights} />
      </div>
      {self || !within(rights) ? null : (
        <div class="cluster">
          <Button kind="quiet" small label={texts.changeLabel(name)} onClick={() => setChanging(true)}>
            {texts.change}
          </Button>
          <Button kind="quiet" small label={texts.removeLabel(name)} onClick={() => ask(removal(member))}>
            {texts.remove}
          </Button>
        </div>
      )}
    </div>
  );
}

const removal = ({ userId, name }: TeamMember): Question => ({
  title: texts.removeTitle(name),
  text: <p>{texts.removeText}</p>,
  confirm: texts.remove,
  danger: true,
  run: () => api.request('DELETE', `${teamPath()}/members/${userId}`),
});

function ChangeRights(props: { member: TeamMember; onLeave: () => void; onChanged: () => void }) {
  const { member } = props;
  const [rights, setRights] = useState<TeamRight[]>(member.rights);
  const { errors, problem, busy, form, submit } = useForm(
    ['rights'],
    () => (rights.length > 0 ? {} : { rights: texts.chooseRight }),
    async () => {
      await api.request('PUT', `${teamPath()}/members/${member.userId}`, { body: { rights } });
      props.onChanged();
    },
  );
  return (
    <form class="stack-s team-change" ref={form} onSubmit={submit} noValidate aria-busy={busy}>
      <b>{member.name}</b>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <RightsChoice chosen={rights} error={errors.rights} onChange={setRights} />
      <div class="cluster">
        <Button type="submit" small busy={busy} busyLabel={texts.saving}>
          {texts.save}
        </Button>
        <Button kind="quiet" small onClick={props.onLeave}>
          {texts.leave}
        </Button>
      </div>
    </form>
  );
}

export function Invitations({ invitations, ask }: Pick<RowProps, 'ask'> & Pick<TeamView, 'invitations'>) {
  if (invitations.length === 0) return null;
  return (
    <Card title={texts.invitations}>
      <ul class="team-list" aria-label={texts.invitations}>
        {invitations.map((invitation) => (
          <li key={invitation.id} class="team-row">
            <div class="grow">
              <b>{invitation.email}</b>
              <p class="small muted">{texts.until(formatDay(invitation.expiresAt, ownZone()))}</p>
              <Rights rights={invitation.rights} />
            </div>
            {within(invitation.rights) ? (
              <Button
                kind="quiet"
                small
                label={texts.withdrawLabel(invitation.email)}
                onClick={() => ask(withdrawal(invitation))}
              >
                {texts.withdraw}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Card>
  );
}

const withdrawal = ({ id, email }: TeamInvitation): Question => ({
  title: texts.withdrawTitle(email),
  text: <p>{texts.withdrawText}</p>,
  confirm: texts.withdraw,
  danger: true,
  run: () => api.request('DELETE', `${teamPath()}/invitations/${id}`),
});

/** Out of the team one works in. */
export const leaving = (): Question => ({
  title: texts.leaveTitle(team.value?.name ?? ''),
  text: <p>{texts.leaveText}</p>,
  confirm: texts.leaveTeam,
  danger: true,
  run: () => api.request('DELETE', `/me/teams/${vendorId.value}`),
});
