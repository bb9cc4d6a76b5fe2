/** The message itself: MIME, as it goes over the wire and into the mailbox. */
import MailComposer from 'nodemailer/lib/mail-composer';
import { codePng } from './code-picture.ts';
import { oneLine } from './in-words.ts';
import { letterHtml } from './letter-html.ts';
import { letterText } from './letter-text.ts';
import type { MailParts } from './mail.ts';
import { printTickets } from './ticket-sheet.ts';

/** Nodemailer folds and encodes headers; that no line end reaches them is made sure of here as well (rule M4). */
const address = ({ name, address: at }: MailParts['from']) => ({ name: oneLine(name), address: oneLine(at) });

export async function composeMessage(parts: MailParts): Promise<Buffer> {
  const { letter, calendar, pdfName } = parts;
  const pictures = await Promise.all(
    letter.tickets.map(async ({ code, contentId }, index) => ({
      filename: `code-${index + 1}.png`,
      content: await codePng(code),
      contentType: 'image/png',
      cid: contentId,
      contentDisposition: 'inline' as const,
    })),
  );
  const pdf =
    pdfName === null
      ? []
      : [
          {
            filename: pdfName,
            content: await printTickets(parts.tickets, parts.date),
            contentType: 'application/pdf',
          },
        ];
  const dates =
    calendar === null
      ? []
      : [
          {
            filename: calendar.name,
            content: calendar.text,
            contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
          },
        ];
  const composer = new MailComposer({
    messageId: `<${parts.messageId}>`,
    date: new Date(parts.date),
    from: address(parts.from),
    to: address(parts.to),
    subject: oneLine(letter.subject),
    text: letterText(letter),
    html: letterHtml(letter),
    attachments: [...pictures, ...pdf, ...dates],
    headers: {
      // RFC 3834: no out-of-office answers to a machine.
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      ...(parts.unsubscribeUrl
        ? {
            'List-Unsubscribe': `<${parts.unsubscribeUrl}>`,
            'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
          }
        : {}),
    },
    // Whatever a text may look like, it is never a file or an address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
