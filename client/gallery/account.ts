/** One's own account in the gallery. */
import type { PasskeyView, ProfileView, SessionView } from '../../server/protocol/profile.ts';
import { at, id, PEOPLE } from './fixtures.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Everything said and confirmed; or an account of a minute ago. */
export const profileOf = (fresh: boolean): ProfileView => ({
  ...PEOPLE.user,
  createdAt: at(fresh ? -MINUTE : -300 * DAY),
  emailVerified: !fresh,
  pendingEmail: fresh ? 'ann.rivers.of.the.wasserkante@friends-of-chamber-music.example.org' : null,
  preferences: {
    favouriteTypes: fresh ? [] : ['concert', 'theatre'],
    favouriteCities: fresh ? [] : ['Bremen', 'Zurich'],
    personalised: true,
    favouriteArtists: fresh ? [] : ['The Kelp', 'Mole & the Tidelines'],
    channels: { email: true, push: !fresh },
    quietHours: fresh ? null : { from: '22:00', until: '08:00' },
    timeZone: fresh ? null : 'Europe/Zurich',
  },
  version: 3,
});

export const PASSKEYS: PasskeyView[] = [
  {
    id: id(950),
    name: 'My phone',
    createdAt: at(-90 * DAY),
    lastUsedAt: at(-DAY),
    backedUp: true,
    frozen: false,
  },
  {
    id: id(951),
    name: 'The small key on the ring with the whale and all the others',
    createdAt: at(-80 * DAY),
    lastUsedAt: null,
    backedUp: false,
    frozen: true,
  },
];

export const SESSIONS: SessionView[] = [
  ['Firefox on Linux', '203.0.113.x', -3 * MINUTE, true] as const,
  ['Safari on iPhone', '2001:db8:7::x', -DAY, false] as const,
  [null, null, -20 * DAY, false] as const,
].map(([device, network, used, current], n) => ({
  id: id(960 + n),
  device,
  network,
  createdAt: at(-25 * DAY),
  lastUsedAt: at(used),
  current,
}));
