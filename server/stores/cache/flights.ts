/**
 * Loads that run: per key at most one, and one more that waits for it. Whoever asks joins the one that has not begun, never one that
 * has: that one may have looked before a change which the asker knows of.
 */
interface Flight {
  running: Promise<unknown>;
  next: Promise<unknown> | null;
}

export interface Flights {
  join<T>(key: string, load: () => Promise<T>): Promise<T>;
}

export function createFlights(): Flights {
  const flights = new Map<string, Flight>();

  function begin<T>(key: string, load: () => Promise<T>): Promise<T> {
    const running = load();
    const flight: Flight = { running, next: null };
    flights.set(key, flight);
    const over = (): void => {
      if (flights.get(key) === flight && !flight.next) flights.delete(key);
    };
    running.then(over, over);
    return running;
  }

  return {
    join<T>(key: string, load: () => Promise<T>): Promise<T> {
      const flight = flights.get(key);
      if (!flight) return begin(key, load);
      const after = (): Promise<T> => begin(key, load);
      flight.next ??= flight.running.then(after, after);
      return flight.next as Promise<T>;
    },
  };
}
