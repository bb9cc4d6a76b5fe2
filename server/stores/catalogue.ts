/** The database's schema as text, read from its catalogue: the same schema gives the same bytes. */
import { readFileSync } from 'node:fs';
import pg from 'pg';

const DUMP = readFileSync(new URL('./catalogue.sql', import.meta.url), 'utf8');
const HEADER =
  '-- The schema that the migrations and functions make, dumped from the catalogue by: npm run schema\n';

export async function dumpSchema(databaseUrl: string): Promise<string> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(DUMP);
    const text = rows.map(({ line }) => (line.startsWith('create') ? `\n${line}` : line)).join('\n');
    return `${HEADER}${text}\n`;
  } finally {
    await client.end();
  }
}
