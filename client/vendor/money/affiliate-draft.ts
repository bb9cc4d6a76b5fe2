/** An affiliate while it is being added or changed, and how it stands. Pure. */

import type { AffiliateView } from '../../../server/protocol/affiliate-views.ts';
import { AFFILIATE_CODE } from '../../../server/protocol/affiliates.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { affiliateTexts as texts } from '../../texts/sharing.ts';
import { isoToZoned, zonedToIso } from '../zone.ts';
import { readShare, shareText, WHOLE_BP } from './amounts.ts';

export const AFFILIATE_FIELDS = ['name', 'code', 'share', 'email', 'startsAt', 'endsAt'] as const;
export type AffiliateField = (typeof AFFILIATE_FIELDS)[number];

export interface AffiliateDraft extends Record<AffiliateField, string> {
  /** False: all of the vendor's events, or those it had. */
  onlyHere: boolean;
}

export interface Place {
  eventId: string;
  /** Of the venue: times are typed and shown as they are there. */
  zone: string;
}

export const newAffiliate = (): AffiliateDraft => ({
  name: '',
  code: '',
  share: '',
  email: '',
  startsAt: '',
  endsAt: '',
  onlyHere: false,
});

const isOnlyHere = ({ eventIds }: AffiliateView, eventId: string): boolean =>
  eventIds?.length === 1 && eventIds[0] === eventId;

export const affiliateDraft = (one: AffiliateView, { eventId, zone }: Place): AffiliateDraft => ({
  name: one.name,
  code: one.code,
  share: shareText(one.commissionBp),
  email: one.email ?? '',
  startsAt: one.startsAt ? isoToZoned(one.startsAt, zone) : '',
  endsAt: one.endsAt ? isoToZoned(one.endsAt, zone) : '',
  onlyHere: isOnlyHere(one, eventId),
});

/** As the server checks (server/vendors/affiliates.ts); it checks again. */
export function checkAffiliate(draft: AffiliateDraft, { zone }: Place): FieldErrors<AffiliateField> {
  const errors: FieldErrors<AffiliateField> = {};
  if (!draft.name.trim()) errors.name = texts.nameMissing;
  const code = draft.code.trim();
  if (code && !AFFILIATE_CODE.test(code)) errors.code = texts.codeWrong;
  if (readShare(draft.share, WHOLE_BP) === null) errors.share = texts.shareWrong;
  if (draft.email.trim() && !/^[^@\s]+@[^@\s]+$/.test(draft.email.trim())) errors.email = texts.emailWrong;
  const [from, to] = [zonedToIso(draft.startsAt, zone), zonedToIso(draft.endsAt, zone)];
  if (draft.startsAt && !from) errors.startsAt = texts.notDate;
  if (draft.endsAt && !to) errors.endsAt = texts.notDate;
  if (from && to && from >= to) errors.endsAt = texts.endsBefore;
  return errors;
}

/** The body of `POST` or, with `before`, of `PUT`; of a draft that passed. Other events than this one stay as they were. */
export function bodyOf(draft: AffiliateDraft, { eventId, zone }: Place, before: AffiliateView | null) {
  const code = draft.code.trim();
  const others = before && !isOnlyHere(before, eventId) ? before.eventIds : null;
  return {
    name: draft.name.trim(),
    commissionBp: readShare(draft.share, WHOLE_BP) ?? 0,
    email: draft.email.trim() || null,
    startsAt: zonedToIso(draft.startsAt, zone),
    endsAt: zonedToIso(draft.endsAt, zone),
    eventIds: draft.onlyHere ? [eventId] : others,
    ...(before || !code ? {} : { code }),
  };
}

export type AffiliateStanding = 'active' | 'inactive' | 'notYet' | 'over' | 'elsewhere';

/** Whether an order of this event would count now, and if not, the first reason why. */
export function standingOf(one: AffiliateView, eventId: string, nowMs: number): AffiliateStanding {
  if (!one.active) return 'inactive';
  if (one.endsAt && Date.parse(one.endsAt) <= nowMs) return 'over';
  if (one.startsAt && Date.parse(one.startsAt) > nowMs) return 'notYet';
  return one.eventIds === null || one.eventIds.includes(eventId) ? 'active' : 'elsewhere';
}
