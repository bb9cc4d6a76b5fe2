/** A promo or presale code while it is being made or changed, and how it stands. Pure. */
import type { CodeView } from '../../../server/protocol/money.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { decimalsOf, readWhole } from '../draft.ts';
import { isoToZoned, zonedToIso } from '../zone.ts';
import { amountText, PRICE_MAX, readAmount, readShare, shareText, WHOLE_BP } from './amounts.ts';

const { codes: texts, missing, notDate, tooLong, whole } = vendorMoneyTexts;

export const CODE_FIELDS = [
  'code',
  'value',
  'tierIds',
  'maxTickets',
  'maxPerFan',
  'startsAt',
  'endsAt',
  'channel',
] as const;
export type CodeField = (typeof CODE_FIELDS)[number];

export interface CodeDraft {
  code: string;
  kind: CodeView['kind'];
  value: string;
  allTiers: boolean;
  tierIds: string[];
  maxTickets: string;
  maxPerFan: string;
  /** `datetime-local` values in the venue's zone. */
  startsAt: string;
  endsAt: string;
  channel: string;
}

export interface Place {
  currency: string;
  zone: string;
}

export const newCode = (): CodeDraft => ({
  code: '',
  kind: 'percent',
  value: '',
  allTiers: true,
  tierIds: [],
  maxTickets: '',
  maxPerFan: '',
  startsAt: '',
  endsAt: '',
  channel: '',
});

const valueText = ({ kind, value }: Pick<CodeView, 'kind' | 'value'>, currency: string): string => {
  if (kind === 'presale') return '';
  return kind === 'percent' ? shareText(value) : amountText(value, decimalsOf(currency));
};

export const codeDraft = (code: CodeView, { currency, zone }: Place): CodeDraft => ({
  code: code.code,
  kind: code.kind,
  value: valueText(code, currency),
  allTiers: code.tierIds === null,
  tierIds: code.tierIds ?? [],
  maxTickets: code.maxTickets === null ? '' : String(code.maxTickets),
  maxPerFan: code.maxPerFan === null ? '' : String(code.maxPerFan),
  startsAt: code.startsAt ? isoToZoned(code.startsAt, zone) : '',
  endsAt: code.endsAt ? isoToZoned(code.endsAt, zone) : '',
  channel: code.channel ?? '',
});

/** The bounds are the server's (server/pricing/codes.ts); it checks again. */
const CODE = /^[A-Za-z0-9_-]{3,64}$/;
const LIMIT_MAX = 10_000_000;
const CHANNEL_MAX = 120;

function worthOf(draft: CodeDraft, currency: string): number | null {
  if (draft.kind === 'presale') return 0;
  return draft.kind === 'percent'
    ? readShare(draft.value, WHOLE_BP)
    : readAmount(draft.value, decimalsOf(currency), PRICE_MAX);
}

export function checkCode(draft: CodeDraft, { currency, zone }: Place): FieldErrors<CodeField> {
  const errors: FieldErrors<CodeField> = {};
  if (!CODE.test(draft.code.trim())) errors.code = draft.code.trim() ? texts.codeWrong : missing;
  const value = worthOf(draft, currency);
  if (draft.kind === 'percent' && !value) errors.value = texts.percentWrong;
  if (draft.kind === 'amount' && !value) errors.value = texts.amountZero;
  if (!draft.allTiers && draft.tierIds.length === 0) errors.tierIds = texts.tiersMissing;
  for (const limit of ['maxTickets', 'maxPerFan'] as const)
    if (draft[limit].trim() && readWhole(draft[limit], 1, LIMIT_MAX) === null)
      errors[limit] = whole(1, LIMIT_MAX);
  const [from, to] = [zonedToIso(draft.startsAt, zone), zonedToIso(draft.endsAt, zone)];
  if (draft.startsAt && !from) errors.startsAt = notDate;
  if (draft.endsAt && !to) errors.endsAt = notDate;
  if (from && to && from >= to) errors.endsAt = texts.endsBefore;
  if (draft.channel.trim().length > CHANNEL_MAX) errors.channel = tooLong(CHANNEL_MAX);
  return errors;
}

/** The body of `PUT /events/{id}/codes/{codeId}`, of a draft that passed `checkCode`: what an empty field says is no limit. */
export function editBody(draft: CodeDraft, { currency, zone }: Place) {
  const limit = (typed: string): number | null => (typed.trim() ? Number(typed) : null);
  return {
    value: worthOf(draft, currency) ?? 0,
    tierIds: draft.allTiers ? null : draft.tierIds,
    maxTickets: limit(draft.maxTickets),
    maxPerFan: limit(draft.maxPerFan),
    startsAt: zonedToIso(draft.startsAt, zone),
    endsAt: zonedToIso(draft.endsAt, zone),
    channel: draft.channel.trim() || null,
  };
}

/** The body of `POST /events/{id}/codes`. */
export const createBody = (draft: CodeDraft, place: Place) => ({
  code: draft.code.trim().toUpperCase(),
  kind: draft.kind,
  ...editBody(draft, place),
});

export type CodeStanding = 'active' | 'inactive' | 'notYet' | 'over' | 'usedUp';

/** Whether a fan could use it now, and if not, the first reason why. */
export function standingOf(code: CodeView, nowMs: number): CodeStanding {
  if (!code.active) return 'inactive';
  if (code.endsAt && Date.parse(code.endsAt) <= nowMs) return 'over';
  if (code.maxTickets !== null && code.used >= code.maxTickets) return 'usedUp';
  return code.startsAt && Date.parse(code.startsAt) > nowMs ? 'notYet' : 'active';
}
