/** A form with a picture on its way: `fetch` does not say how much of it is sent, so this goes the older way. */
import { ApiError, errorOf } from '../api.ts';
import { api } from '../session.ts';
import { pictureTexts as texts } from '../texts/pictures.ts';

/** The server's bounds: told at once rather than after fifteen megabytes. */
export const ACCEPT = 'image/jpeg,image/png,image/webp,image/avif';
const BYTES_MAX = 15_728_640;

export interface Sending {
  method: 'POST' | 'PUT';
  path: string;
  fields?: Readonly<Record<string, string>>;
  image: Blob;
  /** From 0 to 1; 1 means that the server is at work. */
  onShare: (share: number) => void;
}

/** What is wrong with a file, as far as one can tell without reading it; null: nothing. */
export function problemWith(file: Pick<File, 'size' | 'type'>): string | null {
  if (file.size > BYTES_MAX) return texts.tooLarge;
  return file.type !== '' && !ACCEPT.split(',').includes(file.type) ? texts.noPicture : null;
}

function post(
  { method, path, fields = {}, image, onShare }: Sending,
  headers: Record<string, string>,
): Promise<Response> {
  const form = new FormData();
  // Before the file: what is refused by these is refused before it is read.
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('image', image, 'picture');
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onload = () => resolve(new Response(request.responseText || null, { status: request.status }));
    request.onerror = () =>
      reject(new ApiError('OFFLINE', 0, 'The server cannot be reached. Check your connection.'));
    request.send(form);
  });
}

/** @throws ApiError */
export async function sendPicture<T>(sending: Sending): Promise<T> {
  let response = await post(sending, await api.headers());
  if (response.status === 401 && (await api.refresh())) response = await post(sending, await api.headers());
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}
