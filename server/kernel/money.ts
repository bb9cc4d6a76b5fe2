/** Money is integer minor units with an ISO 4217 currency; arithmetic never leaves the integers. */
export interface Money {
  cents: number;
  currency: string;
}

/** Sum of `quantity x unit, all in` lines, in minor units. Throws when a line is not a safe integer. */
export function totalCents(lines: readonly { quantity: number; unitAllInCents: number }[]): number {
  let sum = 0;
  for (const { quantity, unitAllInCents } of lines) {
    const line = quantity * unitAllInCents;
    if (!Number.isSafeInteger(line)) throw new RangeError(`not an amount: ${quantity} x ${unitAllInCents}`);
    sum += line;
  }
  return sum;
}
