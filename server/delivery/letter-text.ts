/** A letter as plain text, complete by itself: codes included, for programs that show nothing else. */
import type { Letter } from './mail.ts';
import { MAIL_TEXTS } from './messages.ts';

export function letterText(letter: Letter): string {
  const rows = letter.rows.map(([name, value]) => `${name}: ${value}`).join('\n');
  const tickets = letter.tickets.map(
    (ticket) => `${ticket.title}\n${ticket.what}\n${MAIL_TEXTS.code(ticket.what)}:\n${ticket.code}`,
  );
  return `${[
    letter.heading,
    letter.greeting,
    ...letter.paragraphs,
    ...(letter.action ? [`${letter.action.label}:\n${letter.action.url}`] : []),
    ...(rows ? [rows] : []),
    ...tickets,
    '-- ',
    letter.foot.join('\n'),
  ].join('\n\n')}\n`;
}
