/** Devices that are told, and reminders, in the gallery. */
import type { DeviceView, ReminderView } from '../../server/protocol/notifications.ts';
import type { EventView } from '../../server/protocol/views.ts';
import { at, id, LATER, LIVE } from './fixtures.ts';

const DAY = 86_400_000;

export const DEVICES: DeviceView[] = [
  { id: id(970), name: 'Firefox on Linux', createdAt: at(-40 * DAY), lastToldAt: at(-DAY), ended: false },
  {
    id: id(971),
    name: 'The old tablet in the kitchen that everybody in the house uses',
    createdAt: at(-90 * DAY),
    lastToldAt: null,
    ended: true,
  },
];

/** Which of them the gallery's browser is, where it is one. */
export const DEVICE_HERE = DEVICES[0]?.id ?? '';

const reminderOf = ({ id: eventId, title, startsAt, venue, drop }: EventView): ReminderView => ({
  eventId,
  title,
  startsAt,
  timeZone: venue.timeZone,
  lobbyOpensAt: drop?.lobbyOpensAt ?? null,
  opensAt: drop?.opensAt ?? null,
});
export const REMINDERS: ReminderView[] = [LATER, LIVE].map(reminderOf);
