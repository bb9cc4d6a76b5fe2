/** Which teams one is in, asked again where something says that it may have changed. */
import type { MyTeam } from '../../server/protocol/teams.ts';
import { api, team, workFor } from '../session.ts';

/** One's teams; who is out of the one they work in works as themselves from here on. @throws ApiError */
export async function readTeams(): Promise<MyTeam[]> {
  const { items } = await api.request<{ items: MyTeam[] }>('GET', '/me/teams');
  const now = team.peek();
  if (now) workFor(items.find((one) => one.vendorId === now.vendorId) ?? null);
  return items;
}

let looking = false;

/** Quietly: whatever made us look has told its own story. */
export function lookAgain(): void {
  if (looking) return;
  looking = true;
  readTeams()
    .catch(() => null)
    .finally(() => {
      looking = false;
    });
}
