/** The public record of a draw, as it stands, and the command that checks the same. */
import type { DrawView } from '../../server/protocol/draw.ts';
import { drawTexts as texts } from '../texts/draw.ts';
import { Card, Fold, formatDateTime, formatNumber, ownZone } from '../ui/index.ts';

export function Record({ draw }: { draw: DrawView }) {
  const at = (iso: string | null): string => (iso ? formatDateTime(iso, ownZone()) : texts.later);
  const rows: [string, string][] = [
    [texts.rows.secretHash, draw.secretHash],
    [texts.rows.count, draw.placeCount === null ? texts.later : formatNumber(draw.placeCount)],
    [texts.rows.root, draw.root ?? texts.later],
    [
      texts.rows.beacon,
      draw.beacon ? texts.round(draw.beacon.source, String(draw.beacon.round)) : texts.none,
    ],
    [texts.rows.seed, draw.seed ?? texts.later],
    [texts.rows.secret, draw.secret ?? texts.later],
    [texts.rows.closed, at(draw.closedAt)],
    [texts.rows.drawn, at(draw.drawnAt)],
  ];
  return (
    <Card>
      <Fold summary={<b>{texts.record}</b>}>
        <dl class="record">
          {rows.map(([name, value]) => (
            <div key={name}>
              <dt class="small muted">{name}</dt>
              <dd>
                <code>{value}</code>
              </dd>
            </div>
          ))}
        </dl>
      </Fold>
      <Fold summary={<b>{texts.command}</b>}>
        <pre class="command">npm run verify-draw -- {draw.dropId}</pre>
      </Fold>
    </Card>
  );
}
