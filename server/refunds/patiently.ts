/** One call of a ledger function; deadlock or lock time-out: the very same transaction again, a little later each time. */
import { isRepeatable, type Statement } from '../stores/index.ts';
import type { RefundDeps } from './index.ts';

const TRIES = 6;
const PAUSE_MS = 15;

export async function patiently<Row>(
  { ledger, clock }: Pick<RefundDeps, 'ledger' | 'clock'>,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await ledger.payments.one<Row>(statement, values)) as Row;
    } catch (err) {
      if (!isRepeatable(err) || attempt === TRIES) throw err;
      await clock.sleep(PAUSE_MS * attempt);
    }
  }
}
