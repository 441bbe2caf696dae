import type { Subject } from './subject.js';

/**
 * Calls of a sample take about this long: many times what reading the clock costs, and less than the time that a busy
 * machine leaves a process before it is another's turn, so that most samples are whole.
 */
const SAMPLE_SECONDS = 0.001;
/** The first rounds see code that is still being compiled and caches that are cold. */
const WARM_ROUNDS = 2;

export interface Measurement {
  readonly subject: Subject;
  readonly callsPerSample: number;
  /** Seconds of one call, by round. */
  readonly seconds: readonly number[];
}

/**
 * Measures subjects in rounds, each once a round and each round beginning with another, so that a busy machine slows
 * all alike. A subject that gives no number is left out.
 */
export async function measure(
  subjects: readonly Subject[],
  rounds: number,
  say: (round: number) => void,
): Promise<Measurement[]> {
  const all: { subject: Subject; callsPerSample: number; seconds: number[] }[] = [];
  for (const subject of subjects) all.push({ subject, callsPerSample: await callsOf(subject), seconds: [] });
  for (let round = -WARM_ROUNDS; round < rounds; round++) {
    say(Math.max(0, round));
    for (let i = 0; i < all.length; i++) {
      const { subject, callsPerSample, seconds } = all[(i + round + WARM_ROUNDS) % all.length]!;
      const taken = (await subject.run(callsPerSample)) / callsPerSample;
      if (round >= 0) seconds.push(taken);
    }
  }
  return all.filter(({ seconds }) => seconds.every(Number.isFinite));
}

/** How many calls fill a sample. */
async function callsOf(subject: Subject): Promise<number> {
  let count = 1;
  for (;;) {
    const taken = await subject.run(count);
    // Also where it is no number.
    if (!(taken < SAMPLE_SECONDS / 2)) return count;
    count = Math.ceil(count * Math.min(50, SAMPLE_SECONDS / Math.max(taken, 1e-9)));
  }
}
