/** How services stand, for pages without a socket: `GET /status`, asked again now and then. */
import type { ServiceNote } from '../../server/protocol/money.ts';
import { api } from '../session.ts';
import { useEvery, useLoad } from '../shell/load.ts';

export type ServiceNotes = Readonly<Record<string, ServiceNote>>;

const CALM_MS = 30_000;
/** While something is paused, whoever waits for it wants to know soon. */
const PAUSED_MS = 5_000;

/** Empty while it is not known, also when it cannot be asked: the page then says what else it could not load. */
export function useServices(): ServiceNotes {
  const { loaded, reload } = useLoad('services', (signal) =>
    api.request<{ details?: ServiceNotes }>('GET', '/status', { signal, authenticate: false }),
  );
  const notes = loaded.data?.details ?? {};
  const paused = Object.values(notes).some((note) => note.state !== 'available');
  useEvery(paused ? PAUSED_MS : CALM_MS, reload);
  return notes;
}
