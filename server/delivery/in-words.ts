/** Amounts, times and seats as mails and paper say them. */
import type { SeatRef } from '../protocol/index.ts';

const LOCALE = 'en-GB';
/** Of what people type: line ends and other controls, and marks that would turn the reading direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** One line without surprises; what stands in subjects, names and rows (rule M4). */
export const oneLine = (text: string): string =>
  text.normalize('NFC').replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();

export function amountInWords(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(LOCALE, { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(minor / 10 ** digits);
}

/** "Tue, 1 December 2026, 20:30", by the clock at the venue. */
export const whenInWords = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat(LOCALE, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  })
    .format(new Date(iso))
    .replace(' at ', ', ');

export const dayInWords = (iso: string, timeZone: string): string =>
  new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(
    new Date(iso),
  );

/** "Europe/Zurich, GMT+1": the zone's name, and what it means on that day. */
export function zoneInWords(iso: string, timeZone: string): string {
  const offset = new Intl.DateTimeFormat(LOCALE, { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(new Date(iso))
    .find((part) => part.type === 'timeZoneName')?.value;
  return offset === undefined || offset === timeZone ? timeZone : `${timeZone}, ${offset}`;
}

export const seatInWords = (seat: SeatRef): string =>
  oneLine(`${seat.section}, row ${seat.row}, seat ${seat.label}`);

/** A share in basis points: 770 is "7.7 %". */
export const shareInWords = (basisPoints: number): string => `${basisPoints / 100} %`;
