/**
 * The beacon: public randomness that nobody knows when the lobby closes. A drop's round is fixed at its creation and lies
 * later than the close, so that whoever knows the secret still cannot know the order. Off unless configured.
 *
 * drand's HTTP format: `GET {url}/{chain hash}/public/{round}` → `{round, randomness, signature}` with hexadecimal values,
 * `randomness` = SHA-256(signature). Round r of a chain appears at `genesis + (r - 1) × period`.
 */
import { createHash } from 'node:crypto';

export interface BeaconValue {
  randomness: Buffer;
  signature: Buffer;
}

export interface Beacon {
  /** Names network and chain publicly, so that anyone can ask for the round: `drand:https://…/<chain hash>`. */
  source: string;
  genesisMs: number;
  periodMs: number;
  /** The round's value; null while it has not appeared yet. @throws when the network's answer is not one */
  fetch(round: number, signal: AbortSignal): Promise<BeaconValue | null>;
}

export interface BeaconClock {
  genesisMs: number;
  periodMs: number;
}

/** A close may come a little late (a busy worker): the round lies at least this much after the opening. */
const CLOSE_MARGIN_MS = 5_000;

export const roundTime = (beacon: BeaconClock, round: number): number =>
  beacon.genesisMs + (round - 1) * beacon.periodMs;

/** The first round that appears after `moment`. */
export const roundAfter = (beacon: BeaconClock, moment: Date): number =>
  Math.max(1, Math.floor((moment.getTime() - beacon.genesisMs) / beacon.periodMs) + 2);

/** The first round that appears later than `closesAt` by the margin. */
export const roundAfterClose = (beacon: BeaconClock, closesAt: Date): number =>
  roundAfter(beacon, new Date(closesAt.getTime() + CLOSE_MARGIN_MS));

export interface DrandOptions {
  /** Base address of a relay, such as `https://api.drand.sh`. */
  url: string;
  chainHash: string;
  genesisMs: number;
  periodMs: number;
}

const HEX = /^([0-9a-f]{2})+$/i;

export function drandBeacon(options: DrandOptions): Beacon {
  const base = `${options.url.replace(/\/$/, '')}/${options.chainHash}`;
  return {
    source: `drand:${base}`,
    genesisMs: options.genesisMs,
    periodMs: options.periodMs,
    async fetch(round, signal) {
      const response = await fetch(`${base}/public/${round}`, { signal, redirect: 'error' });
      // Relays answer 404 or 425 for a round that is still to come.
      if (response.status === 404 || response.status === 425) return null;
      if (!response.ok) throw new Error(`beacon answered ${response.status}`);
      const body = (await response.json()) as { round?: unknown; randomness?: unknown; signature?: unknown };
      if (body.round !== round || typeof body.randomness !== 'string' || typeof body.signature !== 'string')
        throw new Error('beacon answered something else than the round asked for');
      if (!HEX.test(body.randomness) || !HEX.test(body.signature))
        throw new Error('beacon value is not hexadecimal');
      const randomness = Buffer.from(body.randomness, 'hex');
      const signature = Buffer.from(body.signature, 'hex');
      if (!createHash('sha256').update(signature).digest().equals(randomness))
        throw new Error('beacon randomness is not the hash of its signature');
      return { randomness, signature };
    },
  };
}
