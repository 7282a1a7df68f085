/** An answer that follows what is asked: fetched anew when its path changes, the one before given up. */
import { get } from './api';

export interface Fetched<T> {
  readonly value: T | null;
  readonly trouble: unknown;
}

/** Call it while a component is set up; `path` names what to ask, or null to ask nothing; `body` goes with it. */
export function fetched<T, Sent = T>(path: () => string | null, read: (sent: Sent) => T = (sent) => sent as unknown as T, body?: () => unknown): Fetched<T> {
  let value = $state.raw<T | null>(null);
  let trouble = $state.raw<unknown>(null);
  $effect(() => {
    const wanted = path();
    value = null;
    trouble = null;
    if (wanted === null) return;
    const control = new AbortController();
    get<Sent>(wanted, control.signal, body?.())
      .then((found) => (value = read(found)))
      .catch((error: unknown) => {
        if (!control.signal.aborted) trouble = error;
      });
    return () => control.abort();
  });
  return {
    get value() {
      return value;
    },
    get trouble() {
      return trouble;
    },
  };
}
