/** A vendor's team, as the gallery shows it. */
import type { InvitationLook, MyTeam, TeamAct, TeamView } from '../../server/protocol/teams.ts';
import { at, id } from './fixtures.ts';

const DAY = 86_400_000;

const MEMBERS: TeamView['members'] = [
  {
    userId: id(981),
    name: 'Ines Quay',
    email: 'ines@mole.example',
    rights: ['events', 'sales', 'money', 'team'],
    since: at(-90 * DAY),
  },
  {
    userId: id(982),
    name: 'Bartholomew Featherstonehaugh-Cholmondeley',
    email: 'bartholomew.featherstonehaugh-cholmondeley@friends-of-chamber-music.example',
    rights: ['sales'],
    since: at(-3 * DAY),
  },
];

export const teamOf = (empty: boolean): TeamView => ({
  vendorId: id(980),
  members: empty ? [] : MEMBERS,
  invitations: empty
    ? []
    : [{ id: id(983), email: 'door@mole.example', rights: ['sales', 'events'], expiresAt: at(5 * DAY) }],
});

const act = (n: number, hours: number, more: Pick<TeamAct, 'method' | 'path' | 'status'>): TeamAct => ({
  id: id(n),
  userId: id(981),
  name: n === 986 ? null : 'Ines Quay',
  route: more.path,
  at: at(-hours * 3_600_000),
  ...more,
});

export const ACTS: TeamAct[] = [
  act(984, 1, { method: 'POST', path: `/drops/${id(2)}/pause`, status: 200 }),
  act(985, 2, { method: 'PUT', path: `/events/${id(1)}`, status: 409 }),
  act(986, 30, { method: 'POST', path: '/events', status: 201 }),
  act(987, 31, { method: 'POST', path: '/events', status: null }),
];

export const LOOK: InvitationLook = {
  vendorId: id(980),
  name: 'Mole Concerts',
  rights: ['events', 'sales'],
  expiresAt: at(5 * DAY),
};

export const MINE: MyTeam[] = [
  { vendorId: id(980), name: 'Mole Concerts', rights: ['events', 'sales'], since: at(-DAY) },
];
