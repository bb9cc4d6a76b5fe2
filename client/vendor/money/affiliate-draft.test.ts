import { expect, test } from 'vitest';
import type { AffiliateView } from '../../../server/protocol/affiliate-views.ts';
import {
  type AffiliateDraft,
  affiliateDraft,
  bodyOf,
  checkAffiliate,
  newAffiliate,
  standingOf,
} from './affiliate-draft.ts';

const PLACE = { eventId: 'e1', zone: 'Europe/Berlin' };
const NOW = Date.parse('2026-11-21T20:00:00Z');
const ANNA: AffiliateView = {
  id: 'a',
  name: 'Anna',
  code: 'anna',
  commissionBp: 750,
  eventIds: null,
  email: null,
  active: true,
  startsAt: '2026-11-01T08:00:00.000Z',
  endsAt: null,
  createdAt: '2026-10-01T08:00:00.000Z',
  figures: [],
};
const draft = (changed: Partial<AffiliateDraft>): AffiliateDraft => ({
  ...newAffiliate(),
  name: 'Anna',
  share: '7.5',
  ...changed,
});

test('U643: an affiliate comes back from the form as it went in, times in the venue’s zone', () => {
  const edited = affiliateDraft(ANNA, PLACE);
  expect([edited.share, edited.startsAt, edited.onlyHere]).toEqual(['7.5', '2026-11-01T09:00', false]);
  expect(checkAffiliate(edited, PLACE)).toEqual({});
  const { name, commissionBp, email, startsAt, endsAt, eventIds } = ANNA;
  expect(bodyOf(edited, PLACE, ANNA)).toEqual({ name, commissionBp, email, startsAt, endsAt, eventIds });
});

test('U643: a new one brings its code, if it has one; events it had elsewhere stay', () => {
  expect(bodyOf(draft({ code: ' anna ', onlyHere: true }), PLACE, null)).toMatchObject({
    code: 'anna',
    commissionBp: 750,
    eventIds: ['e1'],
  });
  expect(bodyOf(draft({}), PLACE, null)).not.toHaveProperty('code');
  expect(bodyOf(draft({}), PLACE, { ...ANNA, eventIds: ['e2', 'e3'] }).eventIds).toEqual(['e2', 'e3']);
  expect(bodyOf(draft({}), PLACE, { ...ANNA, eventIds: ['e1'] }).eventIds).toBeNull();
});

test.each([
  ['name', { name: ' ' }],
  ['code', { code: 'a b c' }],
  ['share', { share: '' }],
  ['share', { share: '101' }],
  ['share', { share: '7.555' }],
  ['email', { email: 'anna' }],
  ['startsAt', { startsAt: 'soon' }],
  ['endsAt', { startsAt: '2026-12-02T10:00', endsAt: '2026-12-01T10:00' }],
] as const)('U643: a wrong %s is said beside it', (field, changed) =>
  expect(Object.keys(checkAffiliate(draft(changed), PLACE))).toEqual([field]),
);

test.each([
  [{}, 'active'],
  [{ active: false }, 'inactive'],
  [{ startsAt: '2026-12-01T08:00:00Z' }, 'notYet'],
  [{ endsAt: '2026-11-02T08:00:00Z' }, 'over'],
  [{ eventIds: ['e2'] }, 'elsewhere'],
  [{ eventIds: ['e2', 'e1'] }, 'active'],
] as const)('U643: %j is %s', (set, standing) =>
  expect(standingOf({ ...ANNA, ...set } as AffiliateView, 'e1', NOW)).toBe(standing),
);
