/** How a message leaves: into the ledger's own mailbox, or to a mail server. */
import { createTransport, type SentMessageInfo } from 'nodemailer';
import { LIMITS } from '../limits.ts';

/** The server said no, for good (5xx): trying again would change nothing. */
export class MailRefused extends Error {}
/** Not now: one recipient's box is full, one is asked to come back (4xx). The server itself is well. */
export class MailDeferred extends Error {}

export interface Outgoing {
  from: string;
  to: string;
  raw: Buffer;
}

export interface Transport {
  /** Whether messages stay here, whole, for the page to show. */
  readonly keeps: boolean;
  /** @throws MailRefused, MailDeferred, or what connecting threw */
  send(mail: Outgoing): Promise<void>;
  /** Something cheap that shows whether the server answers. @throws Error when it does not */
  probe(): Promise<void>;
  close(): void;
}

/** The default: the mail is sent once it is kept. */
export const localMailbox: Transport = {
  keeps: true,
  send: async () => undefined,
  probe: async () => undefined,
  close: () => undefined,
};

/** Replies that end the whole conversation (RFC 5321 3.8, 4.2.1) and failed log-ins speak of the server, not of this mail. */
const SERVER_ITSELF = new Set([421, 454, 530, 534, 535, 538]);

/** What would make several addresses, or another one, of one: addresses are typed by whoever registers (rule M4). */
const NOT_ONE_ADDRESS = /[\s,;:<>()[\]"\\]/;

function toldApart(err: unknown): unknown {
  const { responseCode, response } = err as { responseCode?: unknown; response?: unknown };
  if (typeof responseCode !== 'number' || SERVER_ITSELF.has(responseCode)) return err;
  const said = String(response ?? responseCode).slice(0, 300);
  if (responseCode >= 500) return new MailRefused(said, { cause: err });
  return responseCode >= 400 ? new MailDeferred(said, { cause: err }) : err;
}

/**
 * SMTP by URL. Each mail has a connection of its own: a pool may send a message again by itself when its connection breaks.
 * Credentials never leave unencrypted, but to this very machine.
 */
export function smtpTransport(smtpUrl: string, silenceMs: number = LIMITS.mailSilenceMs): Transport {
  const url = new URL(smtpUrl);
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const here = host === 'localhost' || host === '127.0.0.1' || host === '::1';
  const transporter = createTransport({
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && url.username !== '' && !here,
    ...(url.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    keeps: false,
    async send({ from, to, raw }) {
      if (NOT_ONE_ADDRESS.test(to)) throw new MailRefused('this is not one address');
      try {
        const sent: SentMessageInfo = await transporter.sendMail({ envelope: { from, to: [to] }, raw });
        if ((sent.accepted ?? []).length === 0) throw new MailRefused('nobody was accepted');
      } catch (err) {
        throw toldApart(err);
      }
    },
    async probe() {
      await transporter.verify();
    },
    close: () => transporter.close(),
  };
}
