/** The thread behind the press (press.ts): PDFs and messages are made here, away from the event loop that answers fans. */
import { parentPort } from 'node:worker_threads';
import { type InvoiceSheet, printInvoices } from './invoice-sheet.ts';
import type { MailParts } from './mail.ts';
import { composeMessage } from './message.ts';
import { printTickets, type TicketSheet } from './ticket-sheet.ts';

export type PressJob =
  | { kind: 'tickets'; sheets: TicketSheet[]; date: string }
  | { kind: 'invoices'; sheets: InvoiceSheet[] }
  | { kind: 'mail'; parts: MailParts };
export interface PressOrder {
  id: number;
  job: PressJob;
}
export type PressAnswer = { id: number; bytes: Uint8Array } | { id: number; error: string };

function make(job: PressJob): Promise<Buffer> {
  if (job.kind === 'tickets') return printTickets(job.sheets, job.date);
  if (job.kind === 'invoices') return printInvoices(job.sheets);
  return composeMessage(job.parts);
}

const port = parentPort;
if (!port) throw new Error('press-thread.ts runs as a worker thread only');
port.on('message', async ({ id, job }: PressOrder) => {
  try {
    // Copied into a buffer of its own, which moves over instead of being cloned.
    const bytes = new Uint8Array(await make(job));
    port.postMessage({ id, bytes } satisfies PressAnswer, [bytes.buffer]);
  } catch (err) {
    const error = err instanceof Error ? (err.stack ?? err.message) : String(err);
    port.postMessage({ id, error } satisfies PressAnswer);
  }
});
