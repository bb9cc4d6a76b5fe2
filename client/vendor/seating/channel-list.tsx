/** Whom seats are kept for: each channel with its letter, its code, how many seats are left and when they are released. */
import { useState } from 'preact/hooks';
import type { SeatChannel } from '../../../server/protocol/seating.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { vendorSeatTexts } from '../../texts/vendor-seats.ts';
import { Bar, Button, Dialog, formatDateTime, Notice } from '../../ui/index.ts';
import { NewChannel } from './new-channel.tsx';

const { channels: texts } = vendorSeatTexts;
/** The seats of those who ask for an accessible one: no code opens them. */
const ACCESSIBLE = 1;

export interface ChannelListProps {
  eventId: string;
  zone: string;
  channels: readonly SeatChannel[];
  letters: ReadonlyMap<number, string>;
  left: ReadonlyMap<number, number>;
  onShow: (channel: SeatChannel) => void;
  onDone: (said: string) => void;
}

export function ChannelList(props: ChannelListProps) {
  const [asked, setAsked] = useState<SeatChannel | null>(null);
  const [making, setMaking] = useState(false);
  return (
    <section class="channels" aria-label={texts.title}>
      <div class="row">
        <h3>{texts.title}</h3>
        <Button kind="quiet" small onClick={() => setMaking(true)}>
          {texts.add}
        </Button>
      </div>
      <p class="small muted">{props.channels.length === 0 ? texts.empty : texts.text}</p>
      <ul class="channel-list">
        {props.channels.map((channel) => (
          <Line key={channel.channel} {...props} channel={channel} onRelease={() => setAsked(channel)} />
        ))}
      </ul>
      <Release {...props} channel={asked} onClose={() => setAsked(null)} />
      <NewChannel
        eventId={props.eventId}
        zone={props.zone}
        open={making}
        onClose={() => setMaking(false)}
        onMade={(name) => {
          setMaking(false);
          props.onDone(texts.created(name));
        }}
      />
    </section>
  );
}

function Line(props: ChannelListProps & { channel: SeatChannel; onRelease: () => void }) {
  const { channel, zone } = props;
  const { name, seats, releasedAt, releaseAt } = channel;
  const left = props.left.get(channel.channel) ?? 0;
  const count = seats === 0 ? texts.noSeats : texts.left(left, seats);
  return (
    <li class="channel">
      <span class="channel-letter" aria-hidden="true">
        {props.letters.get(channel.channel)}
      </span>
      <div class="channel-text">
        <b>{name}</b>
        <span class="small muted">{codeOf(channel)}</span>
        {releasedAt !== null ? (
          <span class="small muted num">{texts.released(formatDateTime(releasedAt, zone))}</span>
        ) : releaseAt === null ? null : (
          <span class="small muted num">{texts.releases(formatDateTime(releaseAt, zone))}</span>
        )}
        {releasedAt === null ? (
          <>
            <span class="small num">{count}</span>
            <Bar total={seats} sold={seats - left} label={`${name}: ${count}`} />
            <span class="cluster">
              {seats > 0 ? (
                <Button kind="link" small label={texts.show(name)} onClick={() => props.onShow(channel)}>
                  {texts.showPlain}
                </Button>
              ) : null}
              <Button kind="link" small label={texts.releaseLabel(name)} onClick={props.onRelease}>
                {texts.release}
              </Button>
            </span>
          </>
        ) : null}
      </div>
    </li>
  );
}

const codeOf = ({ channel, code }: SeatChannel): string => {
  if (code !== null) return texts.codeIs(code);
  return channel === ACCESSIBLE ? texts.askFor : texts.noCode;
};

function Release(props: ChannelListProps & { channel: SeatChannel | null; onClose: () => void }) {
  const { channel } = props;
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const close = (): void => {
    setProblem(null);
    props.onClose();
  };
  const release = (): void => {
    if (!channel || busy) return;
    setBusy(true);
    setProblem(null);
    api
      .request('DELETE', `/events/${props.eventId}/channels/${channel.channel}`)
      .then(
        () => {
          close();
          props.onDone(texts.doneRelease(channel.name));
        },
        (error: unknown) => {
          if (!(error instanceof ApiError)) throw error;
          setProblem(error.message);
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <Dialog
      open={channel !== null}
      title={texts.releaseTitle(channel?.name ?? '')}
      onClose={close}
      actions={
        <>
          <Button kind="quiet" onClick={close}>
            {texts.releaseNot}
          </Button>
          <Button kind="danger" busy={busy} busyLabel={texts.releasing} onClick={release}>
            {texts.releaseDo}
          </Button>
        </>
      }
    >
      <p>{texts.releaseText(channel ? (props.left.get(channel.channel) ?? 0) : 0)}</p>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
    </Dialog>
  );
}
