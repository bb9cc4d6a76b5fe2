/** Which devices are told: the list, this one, trying it. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeviceView, TestedView } from '../../server/protocol/notifications.ts';
import { ApiError } from '../api.ts';
import { deviceHere, leaveHere, NoPushService, standing, stayTold, tellHere } from '../push/here.ts';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { Failed, Lines } from '../shell/states.tsx';
import { notificationTexts as texts } from '../texts/notifications.ts';
import { Button, Card, formatDay, Notice, ownZone, Tag } from '../ui/index.ts';
import { Reminders } from './reminders.tsx';

interface Said {
  good: boolean;
  text: string;
}

const removal = ({ id, name }: DeviceView): Question => ({
  title: texts.removeTitle(name),
  text: <p>{texts.removeText}</p>,
  confirm: texts.remove,
  danger: true,
  async run() {
    await api.request('DELETE', `/me/push/${id}`);
    if (id === deviceHere()) await leaveHere();
  },
});

export function Notifications() {
  const { loaded, reload } = useLoad('devices', async (signal) => {
    const { items } = await api.request<{ items: DeviceView[] }>('GET', '/me/push', { signal });
    return items;
  });
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<Said | null>(null);
  const [busy, setBusy] = useState<string | null>(null);
  const devices = loaded.data;
  const here = deviceHere();
  // A browser whose owner took its leave back shows nothing, whatever the list says.
  const isOn = standing() === 'granted' && (devices?.some(({ id, ended }) => id === here && !ended) ?? false);

  /** One thing at a time; what became of it is said below. */
  async function run(what: string, work: () => Promise<Said>): Promise<void> {
    setBusy(what);
    setSaid(null);
    try {
      setSaid(await work());
    } catch (error) {
      if (error instanceof NoPushService) setSaid({ good: false, text: texts.noService });
      else if (error instanceof ApiError) setSaid({ good: false, text: error.message });
      else throw error;
    } finally {
      setBusy(null);
      reload();
    }
  }
  const renewed = useRef(false);
  useEffect(() => {
    if (!devices || renewed.current) return;
    renewed.current = true;
    stayTold(devices).then(
      (device) => device && reload(),
      (error: unknown) => {
        // Nobody asked for it: the list says how things stand, and its button says why not.
        if (!(error instanceof NoPushService || error instanceof ApiError)) throw error;
      },
    );
  }, [devices, reload]);
  const turnOn = () =>
    run('on', async () =>
      (await tellHere()) ? { good: true, text: texts.isOn } : { good: false, text: texts.refused },
    );
  const test = ({ id }: DeviceView) =>
    run(id, async () => {
      const { state } = await api.request<TestedView>('POST', `/me/push/${id}/test`);
      return { good: state === 'sent', text: texts.tested[state] };
    });

  return (
    <Card title={texts.title}>
      <div class="stack">
        <p class="muted">{texts.text}</p>
        {loaded.state === 'loading' ? <Lines widths={['60%', '40%']} /> : null}
        {devices === null && loaded.error ? <Failed level={2} error={loaded.error} onRetry={reload} /> : null}
        {devices?.length === 0 ? <p>{texts.none}</p> : null}
        {devices && devices.length > 0 ? (
          <ul class="profile-list" aria-label={texts.devices}>
            {devices.map((device) => (
              <li key={device.id}>
                <Row
                  device={device}
                  isHere={device.id === here}
                  busy={busy === device.id}
                  onTest={() => void test(device)}
                  onRemove={() => setQuestion(removal(device))}
                />
              </li>
            ))}
          </ul>
        ) : null}
        {devices && !isOn ? <TurnOn busy={busy === 'on'} onPress={() => void turnOn()} /> : null}
        <div role="status">
          {said ? <Notice kind={said.good ? 'good' : 'bad'}>{said.text}</Notice> : null}
        </div>
        <Reminders />
      </div>
      <Confirm
        question={question}
        onClose={() => setQuestion(null)}
        onDone={() => {
          setQuestion(null);
          setSaid(null);
          reload();
        }}
      />
    </Card>
  );
}

/** What this browser allows, and what to do where it does not. */
function TurnOn({ busy, onPress }: { busy: boolean; onPress: () => void }) {
  switch (standing()) {
    case 'unsupported':
      return <p class="muted">{texts.unsupported}</p>;
    case 'home-screen':
      return <p class="muted">{texts.homeScreen}</p>;
    case 'denied':
      return <p class="muted">{texts.denied}</p>;
    default:
      return (
        <div>
          <Button busy={busy} busyLabel={texts.turningOn} onClick={onPress}>
            {texts.on}
          </Button>
        </div>
      );
  }
}

function Row(props: {
  device: DeviceView;
  isHere: boolean;
  busy: boolean;
  onTest: () => void;
  onRemove: () => void;
}) {
  const { name, createdAt, lastToldAt, ended } = props.device;
  const day = (time: string): string => formatDay(time, ownZone());
  const facts = [texts.since(day(createdAt)), lastToldAt ? texts.lastTold(day(lastToldAt)) : texts.neverTold];
  return (
    <div class="profile-row">
      <div class="grow">
        <b>{name}</b> {props.isHere ? <Tag kind="good">{texts.here}</Tag> : null}
        {ended ? <Tag kind="bad">{texts.ended}</Tag> : null}
        <p class="small muted">{ended ? texts.endedText : facts.join(' · ')}</p>
      </div>
      <div class="cluster">
        {ended ? null : (
          <Button kind="quiet" small busy={props.busy} label={texts.testLabel(name)} onClick={props.onTest}>
            {texts.test}
          </Button>
        )}
        <Button kind="quiet" small label={texts.removeLabel(name)} onClick={props.onRemove}>
          {texts.remove}
        </Button>
      </div>
    </div>
  );
}
