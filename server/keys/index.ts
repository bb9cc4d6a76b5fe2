export {
  type AnyPrivateJwk,
  generateKeys,
  type KeyRing,
  keyRingFrom,
  loadKeyRing,
  PURPOSES,
  type PublicJwk,
  type Purpose,
  type PushKey,
} from './key-ring.ts';
