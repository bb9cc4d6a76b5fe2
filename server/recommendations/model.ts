/**
 * A trained model: what there is to know of traits (artists, venues, kinds…), and nothing of people. Whoever asks is placed in
 * it at that moment from what they did (profile.ts), so a purchase counts at once, and switching off leaves nothing behind. Pure.
 */

/** What a rank is made of; each with a weight of at least 0. */
export const SIGNS = [
  'taste',
  'nearEvent',
  'nearArtist',
  'ownEvent',
  'ownArtist',
  'ownVenue',
  'ownScene',
  'ownCity',
  'ownType',
  'ownVendor',
  'price',
  'demand',
  'artistDemand',
  'fresh',
] as const;
export type Sign = (typeof SIGNS)[number];
export const SIGN_COUNT = SIGNS.length;
export const sign = (name: Sign): number => SIGNS.indexOf(name);

/** Before there is enough behaviour to fit them: what the benchmark's generated crowd had, rounded. */
export const FIRST_WEIGHTS: Readonly<Record<Sign, number>> = {
  taste: 1,
  nearEvent: 1,
  nearArtist: 2,
  ownEvent: 3,
  ownArtist: 3,
  ownVenue: 1,
  ownScene: 2,
  ownCity: 3,
  ownType: 2,
  ownVendor: 0.5,
  price: 1,
  demand: 0.4,
  artistDemand: 0.2,
  fresh: 0.5,
};

export interface Quality {
  /** People on whom it was measured, who had no part in fitting the weights. */
  people: number;
  recallAt10: number;
  ndcgAt10: number;
  popularRecallAt10: number;
  popularNdcgAt10: number;
}

export interface Model {
  trainedAtMs: number;
  seed: number;
  factors: number;
  nearest: number;
  /** Names of traits, and their places. */
  traits: string[];
  place: Map<string, number>;
  /** traits × factors */
  vectors: Float32Array;
  /** factors × factors: what placing somebody takes */
  gram: Float64Array;
  trust: number;
  /** traits × nearest */
  nearAt: Int32Array;
  near: Float32Array;
  /** Purchases of each trait, faded. */
  demand: Float32Array;
  weights: Float64Array;
  /** Null: there was too little to measure on. */
  quality: Quality | null;
  deeds: number;
  people: number;
}

interface Head extends Omit<Model, 'place' | 'vectors' | 'gram' | 'nearAt' | 'near' | 'demand' | 'weights'> {
  weights: number[];
}

const MAGIC = 'HFR1';

export function encodeModel(model: Model): Buffer {
  const { place: _place, vectors, gram, nearAt, near, demand, weights, ...rest } = model;
  const head = Buffer.from(JSON.stringify({ ...rest, weights: [...weights] } satisfies Head));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  const bytes = (part: ArrayBufferView) => Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  return Buffer.concat([Buffer.from(MAGIC), size, head, ...[gram, vectors, nearAt, near, demand].map(bytes)]);
}

/** @throws Error when these bytes are no whole model */
export function decodeModel(bytes: Buffer): Model {
  if (bytes.length < 8 || bytes.toString('latin1', 0, 4) !== MAGIC)
    throw new Error('these bytes are no model');
  const headEnd = 8 + bytes.readUInt32LE(4);
  const { weights, ...rest } = JSON.parse(bytes.toString('utf8', 8, headEnd)) as Head;
  const { traits, factors, nearest } = rest;
  const n = traits.length;
  let from = headEnd;
  const take = (length: number): ArrayBuffer => {
    const part = bytes.subarray(from, from + length);
    if (part.length !== length) throw new Error('a model was cut short');
    from += length;
    return Uint8Array.from(part).buffer;
  };
  const model: Model = {
    ...rest,
    weights: Float64Array.from(weights),
    place: new Map(traits.map((name, i) => [name, i])),
    gram: new Float64Array(take(8 * factors * factors)),
    vectors: new Float32Array(take(4 * n * factors)),
    nearAt: new Int32Array(take(4 * n * nearest)),
    near: new Float32Array(take(4 * n * nearest)),
    demand: new Float32Array(take(4 * n)),
  };
  if (from !== bytes.length || weights.length !== SIGN_COUNT) throw new Error('a model of another make');
  return model;
}

/** Knows nothing: ranks by what somebody says and did, and by nothing else. */
export const emptyModel = (nowMs: number): Model => ({
  trainedAtMs: nowMs,
  seed: 0,
  factors: 1,
  nearest: 1,
  traits: [],
  place: new Map(),
  vectors: new Float32Array(),
  gram: new Float64Array([1]),
  trust: 1,
  nearAt: new Int32Array(),
  near: new Float32Array(),
  demand: new Float32Array(),
  weights: Float64Array.from(SIGNS, (name) => FIRST_WEIGHTS[name]),
  quality: null,
  deeds: 0,
  people: 0,
});
