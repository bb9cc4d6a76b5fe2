/** A race's outcome in one line; anything that must not happen ends the benchmark with an error. */
import type { RaceReport } from '../../load-tests/race.ts';
import { print } from './world.ts';

export function showRace(name: string, r: RaceReport): void {
  print(
    `${name.padEnd(22)} ${r.seconds.toFixed(1)} s   told yes ${r.yes}   sold + held ${r.ledgerUnits} of ${r.capacity}   oversold ${Math.max(0, r.ledgerUnits - r.capacity)}   yes not in the ledger ${r.lost}   seats promised twice ${r.twice}   sold out ${r.soldOut}   reconnects ${r.reconnects}`,
  );
  for (const [code, n] of Object.entries(r.other)) print(`  ${n} fans ended with ${code}`);
  for (const line of r.broken) print(`  BROKEN ${line}`);
  if (r.ledgerUnits !== r.capacity || r.lost > 0 || r.twice > 0 || r.broken.length > 0) process.exitCode = 1;
}
