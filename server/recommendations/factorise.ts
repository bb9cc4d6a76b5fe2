/**
 * Taste as a few hidden directions: matrix factorisation for implicit feedback (Hu, Koren, Volinsky, "Collaborative Filtering
 * for Implicit Feedback Datasets", 2008) by alternating least squares. What was done is a preference of 1, trusted the more the
 * more often and the more recently it was done; what was not done is a 0 that is hardly trusted. Each half step is solved by a
 * few steps of conjugate gradients from where it stood (Takács, Pilászy, Tikk 2011), which costs entries × factors and not
 * factors³ per row. Pure, and the same for the same seed.
 */
import type { Sparse } from './sparse.ts';
import { turned } from './sparse.ts';

export interface FactorOptions {
  factors: number;
  rounds: number;
  /** Keeps vectors short, by the number of a row's entries too. */
  regularisation: number;
  /** How much more than an empty cell a full one is trusted. */
  trust: number;
  chance: () => number;
}

/** Y'Y + λI: what every row's problem shares. */
export function gramOf(vectors: Float32Array, factors: number, regularisation: number): Float64Array {
  const gram = new Float64Array(factors * factors);
  for (let start = 0; start < vectors.length; start += factors)
    for (let i = 0; i < factors; i++) {
      const left = vectors[start + i] as number;
      for (let j = 0; j <= i; j++)
        gram[i * factors + j] = (gram[i * factors + j] as number) + left * (vectors[start + j] as number);
    }
  for (let i = 0; i < factors; i++) {
    for (let j = 0; j < i; j++) gram[j * factors + i] = gram[i * factors + j] as number;
    gram[i * factors + i] = (gram[i * factors + i] as number) + regularisation;
  }
  return gram;
}

interface Problem {
  factors: number;
  gram: Float64Array;
  vectors: Float32Array;
  trust: number;
}
interface Entries {
  at: ArrayLike<number>;
  value: ArrayLike<number>;
  from: number;
  to: number;
}

/** out = (Y'Y + λI + Σ trust·value·y y') x */
function apply(
  { factors, gram, vectors, trust }: Problem,
  { at, value, from, to }: Entries,
  x: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < factors; i++) {
    let sum = 0;
    for (let j = 0; j < factors; j++) sum += (gram[i * factors + j] as number) * (x[j] as number);
    out[i] = sum;
  }
  for (let e = from; e < to; e++) {
    const start = (at[e] as number) * factors;
    let dot = 0;
    for (let i = 0; i < factors; i++) dot += (vectors[start + i] as number) * (x[i] as number);
    dot *= trust * (value[e] as number);
    for (let i = 0; i < factors; i++) out[i] = (out[i] as number) + dot * (vectors[start + i] as number);
  }
}

const dotOf = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
};

/** The vector of one row from its entries, begun at `x` and left there. `steps`: of conjugate gradients. */
export function solveRow(problem: Problem, entries: Entries, x: Float64Array, steps: number): void {
  const { factors, vectors, trust } = problem;
  const r = new Float64Array(factors);
  const ap = new Float64Array(factors);
  apply(problem, entries, x, ap);
  for (let e = entries.from; e < entries.to; e++) {
    const start = (entries.at[e] as number) * factors;
    const pull = 1 + trust * (entries.value[e] as number);
    for (let i = 0; i < factors; i++) r[i] = (r[i] as number) + pull * (vectors[start + i] as number);
  }
  for (let i = 0; i < factors; i++) r[i] = (r[i] as number) - (ap[i] as number);
  const p = r.slice();
  let left = dotOf(r, r);
  for (let step = 0; step < steps && left > 1e-12; step++) {
    apply(problem, entries, p, ap);
    const length = left / dotOf(p, ap);
    for (let i = 0; i < factors; i++) {
      x[i] = (x[i] as number) + length * (p[i] as number);
      r[i] = (r[i] as number) - length * (ap[i] as number);
    }
    const next = dotOf(r, r);
    for (let i = 0; i < factors; i++) p[i] = (r[i] as number) + (next / left) * (p[i] as number);
    left = next;
  }
}

const STEPS = 3;

function halfStep(matrix: Sparse, own: Float32Array, other: Float32Array, options: FactorOptions): void {
  const { factors, regularisation, trust } = options;
  const problem = { factors, gram: gramOf(other, factors, regularisation), vectors: other, trust };
  const x = new Float64Array(factors);
  for (let row = 0; row < matrix.rows; row++) {
    const [from, to] = [matrix.from[row] as number, matrix.from[row + 1] as number];
    const start = row * factors;
    if (from === to) {
      own.fill(0, start, start + factors);
      continue;
    }
    for (let i = 0; i < factors; i++) x[i] = own[start + i] as number;
    solveRow(problem, { at: matrix.at, value: matrix.value, from, to }, x, STEPS);
    own.set(x, start);
  }
}

const noise = (length: number, chance: () => number): Float32Array =>
  Float32Array.from({ length }, () => (chance() - 0.5) * 0.2);

/** The vectors of the columns (`columns` × `factors`); those of the rows, which are people, are not handed out. */
export function factorise(matrix: Sparse, options: FactorOptions): Float32Array {
  const { factors, rounds, chance } = options;
  const rows = noise(matrix.rows * factors, chance);
  const columns = noise(matrix.columns * factors, chance);
  const other = turned(matrix);
  for (let round = 0; round < rounds; round++) {
    halfStep(matrix, rows, columns, options);
    halfStep(other, columns, rows, options);
  }
  return columns;
}
