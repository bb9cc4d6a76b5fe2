/** What the draw makes public, and the shapes it travels in: all that verifying needs, and nothing else. Bytes are lower-case hex. */
import { type Static, Type } from 'typebox';
import { TimeSchema, UuidSchema } from './uuid.ts';
import { DropPhase } from './views.ts';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** `GET /drops/{id}/draw`. */
export const DrawView = Type.Object({
  dropId: UuidSchema,
  phase: DropPhase,
  hasLine: Type.Boolean(),
  opensAt: TimeSchema,
  /** SHA-256(secret): public from the drop's creation. */
  secretHash: Hash,
  /** The public random round this draw waits for; null: a draw without a beacon. Its value and signature come with the draw. */
  beacon: Nullable(
    Type.Object({
      source: Type.String(),
      round: Type.Integer(),
      value: Nullable(Type.String()),
      signature: Nullable(Type.String()),
    }),
  ),
  /** Rounds that were fixed before and replaced, oldest first: a draw may not choose its round quietly. */
  beaconChanges: Type.Array(
    Type.Object({
      at: TimeSchema,
      from: Type.Integer(),
      to: Type.Integer(),
      reason: Nullable(Type.String()),
    }),
  ),
  /** After the close: the Merkle root over all of the lobby's places, and how many there are. */
  closedAt: Nullable(TimeSchema),
  root: Nullable(Hash),
  placeCount: Nullable(Type.Integer()),
  /** After the draw. */
  drawnAt: Nullable(TimeSchema),
  seed: Nullable(Hash),
  secret: Nullable(Hash),
  /** In plain words, what this draw can claim. */
  claim: Type.String(),
});
export type DrawView = Static<typeof DrawView>;

/** One line of `GET /drops/{id}/draw/places` (NDJSON), in the order of numbers once there are any. */
export const DrawPlace = Type.Object({
  placeId: UuidSchema,
  /** HMAC-SHA-256(receipt salt, account id): names nobody, and the receipt of that account shows the same. */
  commitment: Hash,
  /** Microseconds since 1970, as they were hashed. */
  joinedAtMicros: Type.Integer(),
  number: Nullable(Type.Integer()),
  left: Type.Boolean(),
});
export type DrawPlace = Static<typeof DrawPlace>;

/** `GET /drops/{id}/draw/proof?placeId=…`: that this place's leaf is in the published tree. */
export const DrawProof = Type.Object({
  placeId: UuidSchema,
  leaf: Hash,
  index: Type.Integer(),
  size: Type.Integer(),
  path: Type.Array(Hash),
  root: Hash,
  number: Nullable(Type.Integer()),
});
export type DrawProof = Static<typeof DrawProof>;
