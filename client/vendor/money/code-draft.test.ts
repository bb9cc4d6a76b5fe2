import { expect, test } from 'vitest';
import type { CodeView } from '../../../server/protocol/money.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import {
  type CodeDraft,
  checkCode,
  codeDraft,
  createBody,
  editBody,
  newCode,
  standingOf,
} from './code-draft.ts';

const PLACE = { currency: 'EUR', zone: 'Europe/Berlin' };
const NOW = Date.parse('2026-11-21T20:00:00Z');
const CODE: CodeView = {
  id: 'c',
  code: 'KELP-10',
  kind: 'percent',
  value: 1_050,
  tierIds: ['floor'],
  maxTickets: 200,
  maxPerFan: null,
  startsAt: '2026-11-01T08:00:00.000Z',
  endsAt: '2026-12-01T08:00:00.000Z',
  channel: 'newsletter',
  active: true,
  used: 12,
};
const draft = (changed: Partial<CodeDraft>): CodeDraft => ({ ...newCode(), ...changed });

test('U437: a code comes back from the form as it went in, times in the venue’s zone', () => {
  const edited = codeDraft(CODE, PLACE);
  expect([edited.value, edited.startsAt]).toEqual(['10.5', '2026-11-01T09:00']);
  expect(checkCode(edited, PLACE)).toEqual({});
  const { value, tierIds, maxTickets, maxPerFan, startsAt, endsAt, channel } = CODE;
  expect(editBody(edited, PLACE)).toEqual({
    value,
    tierIds,
    maxTickets,
    maxPerFan,
    startsAt,
    endsAt,
    channel,
  });
});

test('U437: each kind sends its own value; empty limits are none', () => {
  const none = {
    tierIds: null,
    maxTickets: null,
    maxPerFan: null,
    startsAt: null,
    endsAt: null,
    channel: null,
  };
  expect(createBody(draft({ code: ' kelp ', value: '12,5' }), PLACE)).toEqual({
    code: 'KELP',
    kind: 'percent',
    value: 1_250,
    ...none,
  });
  expect(createBody(draft({ code: 'abc', kind: 'amount', value: '5' }), PLACE).value).toBe(500);
  expect(createBody(draft({ code: 'abc', kind: 'presale', value: '' }), PLACE).value).toBe(0);
});

test('U437: what is wrong is named at its field', () => {
  const wrong = draft({
    code: 'a b',
    value: '101',
    allTiers: false,
    maxTickets: '0',
    maxPerFan: 'many',
    startsAt: '2026-12-01T08:00',
    endsAt: '2026-12-01T08:00',
    channel: 'x'.repeat(121),
  });
  expect(Object.keys(checkCode(wrong, PLACE)).sort()).toEqual(
    ['channel', 'code', 'endsAt', 'maxPerFan', 'maxTickets', 'tierIds', 'value'].sort(),
  );
  expect(checkCode(draft({ code: 'abc', kind: 'amount', value: '0' }), PLACE)).toHaveProperty('value');
  expect(checkCode(draft({ code: 'abc', kind: 'presale' }), PLACE)).toEqual({});
});

test.each([
  [{}, 'active'],
  [{ active: false, used: 200 }, 'inactive'],
  [{ endsAt: '2026-11-21T20:00:00.000Z' }, 'over'],
  [{ used: 200 }, 'usedUp'],
  [{ startsAt: '2026-11-22T08:00:00.000Z' }, 'notYet'],
  [{ startsAt: null, endsAt: null, maxTickets: null }, 'active'],
] as const)('U438: a code with %o is %s', (changed, standing) => {
  expect(standingOf({ ...CODE, ...changed }, NOW)).toBe(standing);
});

test('U441: removing a code says what its orders keep', () => {
  expect(vendorMoneyTexts.codes.removeText(0)).toContain('never used');
  expect(vendorMoneyTexts.codes.removeText(12)).toMatch(/keep their price: 12 tickets.*cannot be undone/);
});
