/** Fetches what is public about a draw: the record, the list of places, one place's proof, the server's public keys. */
import type { DrawPlace, DrawProof, DrawView } from '../../server/protocol/draw.ts';
import { base64urlBytes, type VerifySignature } from '../../server/protocol/receipt.ts';
import { ApiError } from '../api.ts';
import { api } from '../session.ts';

const pathOf = (dropId: string): string => `/drops/${encodeURIComponent(dropId)}/draw`;

export const fetchDraw = (dropId: string, signal: AbortSignal): Promise<DrawView> =>
  api.request<DrawView>('GET', pathOf(dropId), { signal });

/** One JSON object per line. @throws SyntaxError at the first line that is none */
export function readPlaces(ndjson: string): DrawPlace[] {
  return ndjson
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as DrawPlace);
}

export const fetchPlaces = async (dropId: string): Promise<DrawPlace[]> =>
  readPlaces(await api.text(`${pathOf(dropId)}/places`));

/** Null when the tree has no such place. */
export async function fetchProof(dropId: string, placeId: string): Promise<DrawProof | null> {
  try {
    return await api.request<DrawProof>(
      'GET',
      `${pathOf(dropId)}/proof?placeId=${encodeURIComponent(placeId)}`,
    );
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

interface Jwk {
  kid?: string;
  crv?: string;
  x?: string;
}

/** Checks signatures under the published keys; null where the browser cannot (a bare http address has no WebCrypto). */
export async function signatureCheck(): Promise<VerifySignature | null> {
  const subtle = globalThis.crypto?.subtle as SubtleCrypto | undefined;
  if (!subtle) return null;
  const { keys } = await api.request<{ keys: Jwk[] }>('GET', '/.well-known/jwks.json', {
    authenticate: false,
  });
  return async (keyId, signed, signature) => {
    const jwk = keys.find((key) => key.kid === keyId && key.crv === 'Ed25519');
    if (!jwk?.x) return false;
    const raw = new Uint8Array(base64urlBytes(jwk.x));
    const key = await subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return subtle.verify({ name: 'Ed25519' }, key, new Uint8Array(signature), new Uint8Array(signed));
  };
}
