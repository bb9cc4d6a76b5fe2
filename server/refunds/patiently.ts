/** One call of a ledger function, repeated while the ledger only asks for patience. */
import { repeating, type Statement } from '../stores/index.ts';
import type { RefundDeps } from './index.ts';

export const patiently = <Row>(
  { ledger, clock }: Pick<RefundDeps, 'ledger' | 'clock'>,
  statement: Statement,
  values: readonly unknown[],
): Promise<Row> => repeating(clock, async () => (await ledger.payments.one<Row>(statement, values)) as Row);
