/** Devices that are told, and reminders, in the gallery. */
import type { DeviceView, ReminderView } from '../../server/protocol/notifications.ts';
import { at, id } from './fixtures.ts';

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

export const REMINDERS: ReminderView[] = [];
