/** A job over the threads: every thread takes units until none is left. */
import { floatStrip, floatUnits } from './float-matrix';
import { J_BUSY, J_DAC_SATURATED, J_KIND, J_MATRIX, J_NEXT } from '../src/wasm/layout';
import { readUnit, unitsOf } from './read-tiles';

/** Works on a job until no unit is left. */
export function work(job: usize, scratch: usize): void {
  const float = load<i32>(job + J_KIND) != 0;
  const units = float ? floatUnits(job) : unitsOf(load<usize>(job + J_MATRIX));
  for (;;) {
    const unit = atomic.add<i32>(job + J_NEXT, 1);
    if (unit >= units) return;
    if (float) floatStrip(job, unit);
    else {
      const saturated = readUnit(job, unit, scratch);
      if (saturated) atomic.add<i64>(job + J_DAC_SATURATED, saturated);
    }
  }
}

/** What a thread beside the caller's does: works, then says that it is done. */
export function help(job: usize, scratch: usize): void {
  work(job, scratch);
  if (atomic.sub<i32>(job + J_BUSY, 1) == 1) atomic.notify(job + J_BUSY, 1);
}

/** Waits for the other threads, for at most `timeout` nanoseconds; false when one is still at work. */
export function join(job: usize, timeout: i64): bool {
  // They finish within microseconds of this thread as a rule: look before sleeping.
  for (let i = 0; i < 2000; i++) if (atomic.load<i32>(job + J_BUSY) == 0) return true;
  let busy = atomic.load<i32>(job + J_BUSY);
  while (busy != 0) {
    if (atomic.wait<i32>(job + J_BUSY, busy, timeout) == 2) return atomic.load<i32>(job + J_BUSY) == 0;
    busy = atomic.load<i32>(job + J_BUSY);
  }
  return true;
}
