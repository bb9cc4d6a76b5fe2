/** Where mails go and who they come from (rule M18). No problem named here repeats the URL: it holds a password. */
import type { Weakness } from './secrets.ts';

export interface MailSettings {
  mailFrom: { name: string; address: string };
  smtpUrl: string | undefined;
}

const ADDRESS = /^[^\s<>@"(),:;[\]\\]+@[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i;
const URL_REMEDY =
  'Use smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465; percent-encode special characters in user and password.';
const FROM_REMEDY = 'Use an address, or a name with one: MAIL_FROM="The Hall <tickets@hall.example>".';
const DEFAULT_FROM = 'Holdfast <tickets@localhost>';

function decodes(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** What is wrong with the address of a mail server, or null. */
function urlProblem(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || (url.protocol !== 'smtp:' && url.protocol !== 'smtps:') || url.hostname === '')
    return 'SMTP_URL is not the URL of a mail server.';
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '')
    return 'SMTP_URL has something after its host and port.';
  if ((url.username === '') !== (url.password === ''))
    return 'SMTP_URL has a user without a password, or the other way round.';
  if (!decodes(url.username) || !decodes(url.password))
    return 'SMTP_URL has a user or password that cannot be decoded.';
  return null;
}

function senderOf(value: string): MailSettings['mailFrom'] | null {
  const [, quoted, bare, inBrackets] = /^(?:"([^"]*)"|([^<>"]*?))\s*<([^<>]+)>$/.exec(value) ?? [];
  const address = (inBrackets ?? value).trim();
  // A line end would begin another header.
  if (!ADDRESS.test(address) || /\p{Cc}/u.test(value)) return null;
  return { name: (quoted ?? bare ?? '').trim(), address };
}

export function mailSettings(env: {
  SMTP_URL: string | undefined;
  MAIL_FROM: string | undefined;
}): MailSettings | Weakness {
  const smtpUrl = env.SMTP_URL || undefined;
  const problem = smtpUrl === undefined ? null : urlProblem(smtpUrl);
  if (problem) return { problem, remedy: URL_REMEDY };
  if (smtpUrl !== undefined && !env.MAIL_FROM)
    return { problem: 'SMTP_URL is set, and MAIL_FROM is not.', remedy: FROM_REMEDY };
  const mailFrom = senderOf(env.MAIL_FROM || DEFAULT_FROM);
  return mailFrom ? { smtpUrl, mailFrom } : { problem: 'MAIL_FROM is not a sender.', remedy: FROM_REMEDY };
}
