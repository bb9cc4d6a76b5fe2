/** Passkeys in this browser: asking the device, in the words of the API. The library is fetched when somebody wants one. */
import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import type { PasskeyView } from '../../server/protocol/profile.ts';
import type { Tokens } from '../api.ts';
import { api, takeOver } from '../session.ts';

/** Only where the page came by https, or from this very machine. */
export const knowsPasskeys = (): boolean => typeof globalThis.PublicKeyCredential === 'function';

/** The person said no, the device had none, or it took too long: browsers do not tell which. */
export class DeviceDeclined extends Error {}

const device = () => import('@simplewebauthn/browser');

async function asked<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new DeviceDeclined('the device gave no answer', { cause: error });
  }
}

/** @throws ApiError, DeviceDeclined */
export async function logInByPasskey(): Promise<void> {
  const { startAuthentication } = await device();
  const optionsJSON = await api.request<PublicKeyCredentialRequestOptionsJSON>(
    'POST',
    '/passkeys/login/options',
    { authenticate: false },
  );
  const response = await asked(startAuthentication({ optionsJSON }));
  takeOver(await api.request<Tokens>('POST', '/passkeys/login', { body: { response }, authenticate: false }));
}

/** @throws ApiError (LOGIN_NOT_RECENT: give the password), DeviceDeclined */
export async function addPasskey(name: string, currentPassword: string | undefined): Promise<PasskeyView> {
  const { startRegistration } = await device();
  const optionsJSON = await api.request<PublicKeyCredentialCreationOptionsJSON>('POST', '/passkeys/options', {
    body: currentPassword ? { currentPassword } : {},
  });
  const response = await asked(startRegistration({ optionsJSON }));
  return api.request<PasskeyView>('POST', '/passkeys', { body: { response, name } });
}
