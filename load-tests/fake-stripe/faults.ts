/** What goes wrong on purpose: the next calls of a kind are answered otherwise, before or after their effect (rule P86). */
import { accountId } from './books.ts';

export interface Fault {
  /** `payment_intents.confirm`, `payment_intents.*` or `*`. */
  op: string;
  /** A status, nothing at all, a cut connection, or a killed caller. */
  answer: 500 | 502 | 503 | 429 | 'hang' | 'reset' | 'kill' | 'slow';
  /** `replied` (of `kill` only): once the answer has left. */
  when: 'before' | 'after' | 'replied';
  /** How many calls it meets; default 1. */
  times: number;
  /** Calls that pass unharmed first; default 0. */
  skip: number;
  /** Process to kill. */
  pid?: number;
  /** Of `slow`: ms. */
  ms?: number;
  /** Whose calls it meets, by secret key; default: everybody's. */
  account?: string;
  /** Whether an error is remembered under the call's idempotency key, as Stripe does; default true. */
  remember: boolean;
}

export interface Faults {
  add(fault: Partial<Fault>): Fault;
  /** The fault this call meets, if any; it is used up by it. */
  meet(op: string, accountId: string): Fault | undefined;
  list(): readonly Fault[];
  clear(): void;
}

const ANSWERS: readonly unknown[] = [500, 502, 503, 429, 'hang', 'reset', 'kill', 'slow'];

function checked({ op, answer, when, times, skip, pid, ms, account, remember }: Partial<Fault>): Fault {
  if (typeof op !== 'string')
    throw new TypeError('op is missing: name a call, such as payment_intents.confirm');
  if (!ANSWERS.includes(answer)) throw new TypeError(`answer is one of ${ANSWERS.join(', ')}`);
  const moment = when ?? 'before';
  if (moment === 'replied' && answer !== 'kill') throw new TypeError('only kill may come after the answer');
  if (answer === 'kill' && !(Number.isInteger(pid) && (pid as number) > 1 && pid !== process.pid))
    throw new TypeError('kill needs the pid of another process');
  return {
    op,
    answer: answer as Fault['answer'],
    when: moment,
    times: times ?? 1,
    skip: skip ?? 0,
    remember: remember ?? true,
    ...(pid === undefined ? {} : { pid }),
    ...(ms === undefined ? {} : { ms }),
    ...(account === undefined ? {} : { account }),
  };
}

const aims = (fault: Fault, op: string, id: string) =>
  (fault.account === undefined || accountId(fault.account) === id) &&
  (fault.op === '*' || fault.op === op || (fault.op.endsWith('.*') && op.startsWith(fault.op.slice(0, -1))));

export function createFaults(): Faults {
  let waiting: Fault[] = [];
  return {
    add(wanted) {
      const fault = checked(wanted);
      waiting.push(fault);
      return fault;
    },
    meet(op, id) {
      for (const fault of waiting) {
        if (!aims(fault, op, id)) continue;
        if (fault.skip > 0) {
          fault.skip--;
          continue;
        }
        fault.times--;
        waiting = waiting.filter((f) => f.times > 0);
        return fault;
      }
      return undefined;
    },
    list: () => waiting,
    clear() {
      waiting = [];
    },
  };
}
