/** A channel while it is being made, and the letters channels have on the map. Pure. */
import type { SeatChannel } from '../../../server/protocol/seating.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorSeatTexts as texts } from '../../texts/vendor-seats.ts';
import { zonedToIso } from '../zone.ts';

export interface ChannelDraft {
  name: string;
  code: string;
  /** A `datetime-local` value in the venue's zone. */
  releaseAt: string;
}

export const NO_CHANNEL: ChannelDraft = { name: '', code: '', releaseAt: '' };
export const CHANNEL_FIELDS = ['name', 'code', 'releaseAt'] as const;
export type ChannelField = (typeof CHANNEL_FIELDS)[number];

/** The bounds are the server's (server/seating/routes.ts). */
const NAME_MAX = 120;
const CODE = /^[A-Za-z0-9_-]{4,64}$/;

export function checkChannel(
  draft: ChannelDraft,
  timeZone: string,
  nowMs: number,
): FieldErrors<ChannelField> {
  const errors: FieldErrors<ChannelField> = {};
  const name = draft.name.trim();
  if (!name) errors.name = texts.channels.nameMissing;
  else if (name.length > NAME_MAX) errors.name = texts.channels.nameLong(NAME_MAX);
  const code = draft.code.trim();
  if (code && !CODE.test(code)) errors.code = texts.channels.codeWrong;
  if (draft.releaseAt) {
    const at = zonedToIso(draft.releaseAt, timeZone);
    if (at === null) errors.releaseAt = texts.channels.timeWrong;
    else if (Date.parse(at) <= nowMs) errors.releaseAt = texts.channels.timePast;
  }
  return errors;
}

/** The body of `POST /events/{id}/channels`, of a draft that passed `checkChannel`. */
export function channelBody(draft: ChannelDraft, timeZone: string) {
  const at = zonedToIso(draft.releaseAt, timeZone);
  return {
    name: draft.name.trim(),
    ...(draft.code.trim() ? { code: draft.code.trim().toUpperCase() } : {}),
    ...(at ? { releaseAt: at } : {}),
  };
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * One letter a channel: the first of its name that no earlier channel has, else any that is left. Channels keep their order,
 * so a new one changes nobody's letter.
 */
export function lettersOf(channels: readonly Pick<SeatChannel, 'channel' | 'name'>[]): Map<number, string> {
  const letters = new Map<number, string>();
  const used = new Set<string>();
  for (const { channel, name } of [...channels].sort((a, b) => a.channel - b.channel)) {
    const own = [...name.normalize('NFD').toUpperCase()].filter((letter) => ALPHABET.includes(letter));
    const letter = [...own, ...ALPHABET].find((each) => !used.has(each)) ?? '';
    used.add(letter);
    letters.set(channel, letter);
  }
  return letters;
}
