export {
  generateKeys,
  type KeyRing,
  keyRingFrom,
  loadKeyRing,
  PURPOSES,
  type PublicJwk,
  type Purpose,
} from './key-ring.ts';
