/**
 * What must always be true of the ledger (design section 8), as queries that return no row. One file each in
 * `invariants/`: its name is the invariant's, its first comment the sentence, so that psql runs them as they are.
 * Each is one statement and so sees one snapshot: they may run while the drop is live.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Db, Statement } from '../stores/index.ts';
import { statement } from '../stores/index.ts';

export interface InvariantReport {
  name: string;
  sentence: string;
  /** Rows that break it; 0 when it holds. */
  violations: number;
  /** The first few of them, as the query returns them. */
  sample: Record<string, unknown>[];
}

interface Invariant {
  name: string;
  sentence: string;
  query: Statement;
  takesGrace: boolean;
}

const SAMPLE_ROWS = 5;

function readInvariant(folder: URL, file: string): Invariant {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const name = file.replace(/\.sql$/, '');
  const sentence = /^-- (.+)$/m.exec(text)?.[1];
  if (!sentence) throw new Error(`${file} opens without its sentence`);
  const counted = `with violation as materialized (\n${text}\n)
select (select count(*) from violation)::integer as violations,
  coalesce((select jsonb_agg(to_jsonb(v)) from (select * from violation limit ${SAMPLE_ROWS}) v), '[]') as sample`;
  return {
    name,
    sentence,
    query: statement(`invariant_${name.replaceAll('-', '_')}`, counted),
    takesGrace: text.includes('$1'),
  };
}

const folder = new URL('./invariants/', import.meta.url);
const INVARIANTS: readonly Invariant[] = readdirSync(folder)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => readInvariant(folder, file));

export const INVARIANT_NAMES: readonly string[] = INVARIANTS.map((i) => i.name);

export interface CheckOptions {
  /** How long a captured payment without tickets may wait for its refund; default 0 s (at rest). */
  graceSeconds?: number;
}

/** Checks every invariant, one after the other. @throws what the ledger throws */
export async function checkInvariants(db: Db, options: CheckOptions = {}): Promise<InvariantReport[]> {
  const reports: InvariantReport[] = [];
  for (const { name, sentence, query, takesGrace } of INVARIANTS) {
    const row = await db.one<{ violations: number; sample: Record<string, unknown>[] }>(
      query,
      takesGrace ? [options.graceSeconds ?? 0] : [],
    );
    if (!row) throw new Error(`invariant ${name} gave no answer`);
    reports.push({ name, sentence, violations: row.violations, sample: row.sample });
  }
  return reports;
}

/** The broken ones among them, as lines for a person. Empty: all hold. */
export function brokenInvariants(reports: readonly InvariantReport[]): string[] {
  return reports
    .filter((r) => r.violations > 0)
    .map((r) => `${r.name}: ${r.violations} x "${r.sentence}" ${JSON.stringify(r.sample[0])}`);
}
