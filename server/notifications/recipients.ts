/** Whom notices go to: devices, and how their owners want to be told. */
import { type Db, statement } from '../stores/index.ts';
import type { Subscribed } from './devices.ts';
import type { QuietHours } from './quiet.ts';

const RECIPIENTS = statement(
  'notices_recipients',
  `select u.id, u.email_verified_at is not null as "hasAddress", coalesce(f.by_push, true) as "byPush",
          coalesce(f.by_email, true) as "byEmail", coalesce(f.suggestions, false) as suggestions,
          to_char(f.quiet_from, 'HH24:MI') as "from", to_char(f.quiet_until, 'HH24:MI') as "until", f.time_zone as "zone",
          (select coalesce(json_agg(json_build_object('id', v.id, 'endpoint', v.endpoint, 'p256dh', v.p256dh, 'auth', v.auth)), '[]')
             from notifications.devices v where v.user_id = u.id and v.ended_at is null) as devices
     from accounts.users u left join accounts.preferences f on f.user_id = u.id
    where u.id = any ($1) and u.disabled_at is null`,
);

interface Row {
  id: string;
  hasAddress: boolean;
  byPush: boolean;
  byEmail: boolean;
  suggestions: boolean;
  from: string | null;
  until: string | null;
  zone: string | null;
  devices: Subscribed[];
}

export interface Recipient {
  /** None when they do not want to be told this way. */
  devices: Subscribed[];
  /** Wants mails, and has shown that the address is theirs. */
  mail: boolean;
  suggestions: boolean;
  quiet: QuietHours | null;
  zone: string | null;
}

export async function readRecipients(db: Db, userIds: readonly string[]): Promise<Map<string, Recipient>> {
  const rows = await db.all<Row>(RECIPIENTS, [[...new Set(userIds)]]);
  return new Map(
    rows.map(({ id, from, until, zone, ...row }) => [
      id,
      {
        devices: row.byPush ? row.devices : [],
        mail: row.byEmail && row.hasAddress,
        suggestions: row.suggestions,
        quiet: from !== null && until !== null && zone !== null ? { from, until, zone } : null,
        zone,
      },
    ]),
  );
}
