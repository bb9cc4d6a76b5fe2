/** Tickets on paper: a page each, with a code drawn as vectors (rule M30). */
import { codeRuns } from './code-picture.ts';
import { MAIL_TEXTS, PAPER_TEXTS as texts } from './messages.ts';
import { openPaper, type Paper } from './type.ts';

/** All a page says: plain data. */
export interface TicketSheet {
  title: string;
  when: string;
  zone: string;
  venue: string;
  tier: string;
  seat: string | null;
  holder: string;
  reference: string;
  ticketId: string;
  code: string;
}

const LEFT = 56;
const WIDTH = 483;
const CODE_POINTS = 226;
const QUIET_MODULES = 4;

function drawCode({ doc }: Paper, code: string, top: number): number {
  const { size, runs } = codeRuns(code);
  const module = CODE_POINTS / (size + 2 * QUIET_MODULES);
  const left = LEFT + (WIDTH - CODE_POINTS) / 2;
  doc.rect(left, top, CODE_POINTS, CODE_POINTS).fill('#ffffff');
  for (const { x, y, width } of runs)
    doc.rect(left + (x + QUIET_MODULES) * module, top + (y + QUIET_MODULES) * module, width * module, module);
  doc.fill('#000000');
  return top + CODE_POINTS;
}

function drawTicket(paper: Paper, sheet: TicketSheet, index: number, count: number): void {
  const { labels } = MAIL_TEXTS;
  const at = { x: LEFT, width: WIDTH };
  paper.doc.addPage({ margin: 0 });
  let y = paper.write(texts.ticket.toUpperCase(), { ...at, y: 56, size: 11, quiet: true });
  paper.write(texts.page(index, count), { ...at, y: 56, size: 11, quiet: true, align: 'right' });
  y = paper.write(sheet.title, { ...at, y: y + 8, size: 28, strong: true, maxHeight: 110 });
  y = paper.write(`${sheet.when} (${sheet.zone})`, { ...at, y: y + 10, size: 14, maxHeight: 40 });
  y = paper.write(sheet.venue, { ...at, y: y + 4, size: 14, maxHeight: 55 });
  y = drawCode(paper, sheet.code, y + 20);
  y = paper.write(texts.show, { ...at, y: y + 4, size: 10, quiet: true, align: 'center' });
  y += 22;
  const rows: [string, string][] = [
    [labels.tier, sheet.tier],
    ...(sheet.seat === null ? [] : ([[labels.seat, sheet.seat]] as [string, string][])),
    [labels.holder, sheet.holder],
    [labels.order, sheet.reference],
    [labels.number, sheet.ticketId],
  ];
  for (const [name, value] of rows) {
    paper.write(name, { x: LEFT, width: 110, y: y + 2, size: 10, quiet: true });
    y =
      paper.write(value, { x: LEFT + 116, width: WIDTH - 116, y, size: 13, strong: true, maxHeight: 48 }) + 7;
  }
  if (paper.missed()) paper.write(texts.missing, { ...at, y: y + 8, size: 9, quiet: true });
}

export function printTickets(sheets: readonly TicketSheet[], date: string): Promise<Buffer> {
  const [first] = sheets;
  if (!first) throw new RangeError('a PDF of no tickets');
  const paper = openPaper({ title: texts.ticketsTitle(first.title, first.reference), date });
  for (const [index, sheet] of sheets.entries()) drawTicket(paper, sheet, index + 1, sheets.length);
  return paper.bytes();
}
