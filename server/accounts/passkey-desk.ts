/** Passkeys put together: what routes ask of them, for the relying party that their request speaks to. */
import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import { ok, type PasskeyView, type Result, refuse } from '../protocol/index.ts';
import { type AddDeps, addPasskey, askToAdd } from './add-passkey.ts';
import type { Client } from './device.ts';
import { askToLogIn, logInByPasskey, type PasskeyLoginDeps } from './passkey-login.ts';
import { listPasskeys, removePasskey, renamePasskey } from './passkeys.ts';
import type { Owner } from './prove.ts';
import { type RelyingParty, relyingParty } from './relying-party.ts';
import type { OpenedSession } from './sessions.ts';

/** `origin`: the one that was asked, for where none is configured. Without a host name there are no passkeys: NOT_AVAILABLE. */
export interface PasskeyDesk<SignedIn> {
  list(userId: string): Promise<PasskeyView[]>;
  askToAdd(
    owner: Owner,
    origin: string,
    currentPassword?: string,
  ): Promise<Result<PublicKeyCredentialCreationOptionsJSON>>;
  add(
    userId: string,
    origin: string,
    given: { response: RegistrationResponseJSON; name: string },
  ): Promise<Result<PasskeyView>>;
  rename(userId: string, passkeyId: string, name: string): Promise<Result<PasskeyView>>;
  remove(userId: string, passkeyId: string): Promise<Result<null>>;
  askToLogIn(origin: string): Promise<Result<PublicKeyCredentialRequestOptionsJSON>>;
  logIn(origin: string, response: AuthenticationResponseJSON, client: Client): Promise<Result<SignedIn>>;
}

export function createPasskeyDesk<SignedIn>(
  deps: AddDeps & PasskeyLoginDeps & { origins: readonly string[] },
  signedIn: (opened: OpenedSession) => SignedIn,
): PasskeyDesk<SignedIn> {
  const { db } = deps;
  async function at<T>(
    origin: string,
    work: (party: RelyingParty) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const party = relyingParty(deps.origins, origin);
    return party ? work(party) : refuse('NOT_AVAILABLE', undefined, 'Passkeys need a host name and https.');
  }

  return {
    list: (userId) => listPasskeys(db, userId),
    askToAdd: (owner, origin, currentPassword) =>
      at(origin, (party) => askToAdd(deps, owner, party, currentPassword)),
    add: (userId, origin, given) => at(origin, (party) => addPasskey(deps, userId, party, given)),
    rename: (userId, passkeyId, name) => renamePasskey(db, userId, passkeyId, name),
    remove: (userId, passkeyId) => removePasskey(db, userId, passkeyId),
    askToLogIn: (origin) => at(origin, async (party) => ok(await askToLogIn(db, party))),
    logIn: (origin, response, client) =>
      at(origin, async (party) => {
        const opened = await logInByPasskey(deps, party, response, client);
        return opened.ok ? ok(signedIn(opened.value)) : opened;
      }),
  };
}
