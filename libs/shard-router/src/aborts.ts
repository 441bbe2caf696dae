import { OhmlightError } from '@ohmlight/contracts';

/**
 * Settles as `work` does unless one of the signals aborts first; then it rejects with that signal's reason.
 * The work itself goes on: what it holds is for its owner to free.
 */
export async function raceAborts<T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T> {
  const aborted = signals.find((signal) => signal.aborted);
  if (aborted) {
    work.catch(() => {});
    throw aborted.reason;
  }
  const listeners = new Map<AbortSignal, () => void>();
  try {
    return await new Promise<T>((resolve, reject) => {
      for (const signal of signals) {
        const listener = (): void => reject(signal.reason);
        listeners.set(signal, listener);
        signal.addEventListener('abort', listener);
      }
      work.then(resolve, reject);
    });
  } finally {
    for (const [signal, listener] of listeners) signal.removeEventListener('abort', listener);
  }
}

export interface DeadlineSignal {
  readonly signal: AbortSignal;
  /** Frees the timer; call it once the work is done. */
  clear(): void;
}

/** The longest that a timer takes; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A signal that aborts with `deadline_exceeded` at `deadline` (Unix milliseconds); already aborted where that is past. */
export function deadlineSignal(deadline: number, what: string): DeadlineSignal {
  const controller = new AbortController();
  const left = deadline - Date.now();
  const abort = (): void =>
    controller.abort(
      new OhmlightError(
        'deadline_exceeded',
        `${what} did not finish before its deadline; raise OHMLIGHT_JOB_DEADLINE_MS or start more cores`,
      ),
    );
  if (left <= 0) {
    abort();
    return { signal: controller.signal, clear: () => {} };
  }
  const timer = setTimeout(abort, Math.min(left, LONGEST_TIMER_MS));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}
