/** What this event took, by tier, day, channel or affiliate; the same figures as a file for a spreadsheet. */
import { useState } from 'preact/hooks';
import type { EventView } from '../../../server/protocol/views.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { useLoad } from '../../shell/load.ts';
import { saveFile } from '../../shell/save-file.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { Bar, Button, formatDay, formatMoney, formatNumber, Notice, Select } from '../../ui/index.ts';
import { Loads, Part } from './part.tsx';

const { takings: texts } = vendorMoneyTexts;
const BY = ['tier', 'day', 'channel', 'affiliate'] as const;
type By = (typeof BY)[number];

interface Row {
  tier: string | null;
  day: string | null;
  channel: string | null;
  affiliate: string | null;
  affiliateId: string | null;
  currency: string;
  tickets: number;
  refundedCents: number;
  netCents: number;
  commissionCents: number;
}

export function TakingsCard({ event }: { event: EventView }) {
  const [by, setBy] = useState<By>('tier');
  const [failed, setFailed] = useState<string | null>(null);
  const path = `/vendors/${event.vendorId}/sales?by=${by}&eventId=${event.id}`;
  const { loaded, reload } = useLoad(path, (signal) => api.request<{ rows: Row[] }>('GET', path, { signal }));
  const download = (): void => {
    setFailed(null);
    api.text(`${path}&format=csv`).then(
      (text) => saveFile(texts.file(by), new Blob([text], { type: 'text/csv' })),
      (refused: unknown) => {
        if (!(refused instanceof ApiError)) throw refused;
        setFailed(refused.message);
      },
    );
  };
  return (
    <Part
      title={texts.title}
      text={texts.text}
      action={
        <Button kind="quiet" small onClick={download}>
          {texts.download}
        </Button>
      }
    >
      <Select
        label={texts.by}
        name="by"
        value={by}
        options={BY.map((known) => [known, texts.bys[known]] as const)}
        onValue={(value) => setBy(BY.find((known) => known === value) ?? 'tier')}
      />
      {failed ? <Notice kind="bad">{failed}</Notice> : null}
      <Loads loaded={loaded} onRetry={reload}>
        {({ rows }) =>
          rows.length === 0 ? <p>{texts.empty}</p> : <Rows rows={rows} by={by} event={event} />
        }
      </Loads>
    </Part>
  );
}

function Rows({ rows, by, event }: { rows: Row[]; by: By; event: EventView }) {
  const most = Math.max(1, ...rows.map((row) => row.netCents));
  const name = (row: Row): string => {
    if (by === 'day' && row.day) return formatDay(`${row.day}T12:00:00Z`, 'UTC');
    if (by === 'channel') return row.channel === 'direct' ? texts.direct : (row.channel ?? '');
    if (by === 'affiliate') return row.affiliate ?? texts.nobody;
    return row.tier ?? '';
  };
  return (
    <ul class="money-lines">
      {rows.map((row) => (
        <li key={`${row.tier} ${row.day} ${row.channel} ${row.affiliateId}`} class="takings-line">
          <div class="money-line-head">
            <span class="long">{name(row)}</span>
            <b class="num">{formatMoney(row.netCents, event.currency)}</b>
          </div>
          <Bar total={most} sold={row.netCents} label={name(row)} />
          <p class="small muted num">
            {texts.tickets(row.tickets, formatNumber(row.tickets))}
            {row.refundedCents > 0
              ? ` · ${texts.back(formatMoney(row.refundedCents, event.currency))}`
              : null}
            {row.commissionCents > 0
              ? ` · ${texts.commission(formatMoney(row.commissionCents, event.currency))}`
              : null}
          </p>
        </li>
      ))}
    </ul>
  );
}
