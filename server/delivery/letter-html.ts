/**
 * A letter as HTML: one column, styled in place (mail programs drop sheets), colours that stand in light and dark. It loads
 * nothing: pictures are parts of the mail itself (rule M5). Every text is escaped here and nowhere else (rule M4).
 */
import { escapeHtml } from '../kernel/index.ts';
import { LINK_BELOW } from './account-messages.ts';
import type { Letter, LetterTicket } from './mail.ts';
import { MAIL_TEXTS } from './messages.ts';

// Programs that know no media queries show the light ones; those that turn colours round find enough contrast either way.
const DARK = `@media (prefers-color-scheme: dark) {
  .ground { background: #14161a !important; }
  .sheet { background: #1f2228 !important; color: #eceef2 !important; border-color: #3a3f48 !important; }
  .quiet { color: #b4bac4 !important; }
}`;
const FONT = 'font-family: system-ui, -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif';
const QUIET = 'color: #555b66; font-size: 14px; line-height: 1.5';

function ticketBlock(ticket: LetterTicket): string {
  const alt = escapeHtml(MAIL_TEXTS.qrAlt(ticket.what));
  return `<div style="margin: 24px 0; padding: 16px 0; border-top: 2px dashed #9aa1ad;">
<h2 style="margin: 0 0 4px; font-size: 18px;">${escapeHtml(ticket.title)}</h2>
<p style="margin: 0 0 12px;">${escapeHtml(ticket.what)}</p>
<img src="cid:${ticket.contentId}" width="240" height="240" alt="${alt}" style="display: block; width: 240px; height: 240px; background: #ffffff; padding: 8px; border-radius: 8px;">
</div>`;
}

/** In a window of its own: the frame that shows a mail here may open nothing inside itself. */
function actionBlock({ label, url }: { label: string; url: string }): string {
  const to = escapeHtml(url);
  return `<p style="margin: 24px 0;"><a href="${to}" target="_blank" rel="noopener noreferrer" style="display: inline-block; padding: 12px 20px; border-radius: 8px; background: #0b5d56; color: #ffffff; font-weight: 600; text-decoration: none;">${escapeHtml(label)}</a></p>
<p class="quiet" style="margin: 0 0 4px; ${QUIET}">${escapeHtml(LINK_BELOW)}</p>
<p class="quiet" style="margin: 0 0 16px; ${QUIET}; overflow-wrap: anywhere;">${to}</p>`;
}

export function letterHtml(letter: Letter): string {
  const rows = letter.rows
    .map(
      ([name, value]) =>
        `<tr><th scope="row" class="quiet" style="text-align: left; vertical-align: top; padding: 4px 16px 4px 0; font-weight: 400; ${QUIET}">${escapeHtml(name)}</th><td style="padding: 4px 0;">${escapeHtml(value)}</td></tr>`,
    )
    .join('\n');
  const paragraphs = [letter.greeting, ...letter.paragraphs]
    .map((text) => `<p style="margin: 0 0 16px;">${escapeHtml(text)}</p>`)
    .join('\n');
  const foot = letter.foot
    .map((text) => `<p class="quiet" style="margin: 0 0 8px; ${QUIET}">${escapeHtml(text)}</p>`)
    .join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(letter.subject)}</title>
<style>${DARK}</style>
</head>
<body class="ground" style="margin: 0; padding: 24px 12px; background: #f2f3f5; ${FONT};">
<main class="sheet" style="max-width: 560px; margin: 0 auto; padding: 24px; background: #ffffff; color: #17191d; border: 1px solid #d5d9e0; border-radius: 12px; font-size: 16px; line-height: 1.5; overflow-wrap: anywhere;">
<h1 style="margin: 0 0 16px; font-size: 26px; line-height: 1.2;">${escapeHtml(letter.heading)}</h1>
${paragraphs}
${letter.action ? actionBlock(letter.action) : ''}
${rows ? `<table style="border-collapse: collapse; margin: 0 0 8px;">\n${rows}\n</table>` : ''}
${letter.tickets.map(ticketBlock).join('\n')}
${foot}
</main>
</body>
</html>
`;
}
