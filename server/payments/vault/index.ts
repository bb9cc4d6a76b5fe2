export {
  type Credentials,
  countByKey,
  putCredentials,
  type Rotation,
  readCredentials,
  rotateCredentials,
} from './credentials.ts';
export { createVault, type Place, type Sealed, type Vault, VaultError } from './vault.ts';
export { generateVaultKey, loadVaultKeys, readVaultKeys, vaultKeysProblem } from './vault-keys.ts';
