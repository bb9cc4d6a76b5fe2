/** `holdfast_payment_mismatches_total`: money or currency that nobody asked for is rare, and somebody has to look (rule O31). */
import { Counter, type Registry } from 'prom-client';

/** Counts each time one is met; two processes that meet the same charge count it twice. */
export function countMismatches(registry: Registry | undefined): () => void {
  if (!registry) return () => undefined;
  const counter = new Counter({
    name: 'holdfast_payment_mismatches_total',
    help: 'Charges whose amount or currency is not what was asked for, as they are met',
    registers: [registry],
  });
  return () => counter.inc();
}
