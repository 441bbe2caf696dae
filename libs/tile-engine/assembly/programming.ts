/**
 * Programming devices in bulk: their static draws, and the trajectories that tabulated laws make of them. All in f64
 * and in the order of libs/devices/src/electronic/crossbar/trajectory.ts and cell-draws.ts, which are the reference.
 */
import { schedule, words } from './threefry';

/** f64 values of a law's row: value and rise to the next, of three functions. */
const ROW_BYTES: i32 = 48;
/** f32 normals of a cell. */
const CELL_BYTES: usize = 16;

/**
 * Normals of the cells of inputs 2·pair … 2·(pair + pairs) − 1, four each, from the table of 65 536 quantiles at `table`.
 * `pairs` is a multiple of 8. `scratch` has room for a schedule and 16 bytes a pair.
 */
export function cellNormals(
  out: usize,
  key: usize,
  column: i32,
  slice: i32,
  pair: i32,
  pairs: i32,
  table: usize,
  scratch: usize,
): void {
  schedule(scratch, key, column, slice);
  // Counters start at any pair, groups at multiples of eight: the rest goes to the schedule's word 0.
  store<i32>(scratch, load<i32>(scratch) + pair);
  const drawn = scratch + 128;
  words(drawn, scratch, 0, pairs >> 3);
  for (let group = 0, from = drawn; group < pairs; group += 8, from += 128)
    for (let lane = 0; lane < 8; lane++)
      for (let word = 0; word < 4; word++, out += 8) {
        const bits = load<u32>(from + (<usize>((word << 3) + lane) << 2));
        store<f32>(out, load<f32>(table + (<usize>(bits & 0xffff) << 2)));
        store<f32>(out, load<f32>(table + (<usize>(bits >>> 16) << 2)), 4);
      }
}

// @ts-ignore: decorator
@inline
function pair(low: usize, high: usize): v128 {
  return v128.load64_lane(high, v128.load64_zero(low), 1);
}

/** Two devices' normals, a cell apart. */
// @ts-ignore: decorator
@inline
function normals(z: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(z + CELL_BYTES, v128.load32_zero(z), 1));
}

/** Value + rise·share of a function of the rows at `a` and `b`. */
// @ts-ignore: decorator
@inline
function lawAt(a: usize, b: usize, share: v128): v128 {
  const p = v128.load(a),
    q = v128.load(b);
  return f64x2.add(v128.shuffle<f64>(p, q, 0, 2), f64x2.mul(v128.shuffle<f64>(p, q, 1, 3), share));
}

/** max(0, v), as (v + |v|)/2. */
// @ts-ignore: decorator
@inline
function positive(v: v128): v128 {
  return f64x2.mul(f64x2.splat(0.5), f64x2.add(v, f64x2.abs(v)));
}

/**
 * Devices that decay: `count` of them, an even number, by twos. `parts` (0 for none) has the relative noise of a read,
 * value and rise; `decays` e^−x at 64 points a unit.
 */
export function decayDevices(
  target: usize,
  g: usize,
  variance: usize,
  count: i32,
  z: usize,
  rows: usize,
  parts: usize,
  decays: usize,
  perSiemens: f64,
  last: f64,
  reach: f64,
  factor: f64,
  aged: bool,
): void {
  const scale = f64x2.splat(perSiemens),
    most = f64x2.splat(last),
    longest = f64x2.splat(reach),
    one = f64x2.splat(1),
    temperature = f64x2.splat(factor);
  for (let i = 0; i < count; i += 2, target += 16, g += 16, variance += 16, z += 2 * CELL_BYTES) {
    const aims = v128.load(target);
    let place = f64x2.pmin(most, f64x2.mul(aims, scale));
    let cut = i32x4.trunc_sat_f64x2_s_zero(place);
    let share = f64x2.sub(place, f64x2.convert_low_i32x4_s(cut));
    const a = rows + i32x4.extract_lane(cut, 0) * ROW_BYTES,
      b = rows + i32x4.extract_lane(cut, 1) * ROW_BYTES;
    const programmed = positive(f64x2.add(aims, f64x2.mul(lawAt(a, b, share), normals(z))));
    let now = programmed;
    if (aged) {
      const x = f64x2.pmin(
        longest,
        f64x2.abs(f64x2.add(lawAt(a + 16, b + 16, share), f64x2.mul(lawAt(a + 32, b + 32, share), normals(z + 8)))),
      );
      const step = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(x, f64x2.splat(64)));
      const rest = f64x2.sub(x, f64x2.mul(f64x2.convert_low_i32x4_s(step), f64x2.splat(1.0 / 64)));
      const tabled = pair(
        decays + (<usize>i32x4.extract_lane(step, 0) << 3),
        decays + (<usize>i32x4.extract_lane(step, 1) << 3),
      );
      const series = f64x2.sub(
        one,
        f64x2.mul(
          rest,
          f64x2.sub(one, f64x2.mul(rest, f64x2.sub(f64x2.splat(0.5), f64x2.mul(rest, f64x2.splat(1.0 / 6))))),
        ),
      );
      now = f64x2.mul(programmed, f64x2.mul(tabled, series));
    }
    v128.store(g, f64x2.mul(now, temperature));
    if (parts == 0) continue;
    place = f64x2.pmin(most, f64x2.mul(programmed, scale));
    cut = i32x4.trunc_sat_f64x2_s_zero(place);
    share = f64x2.sub(place, f64x2.convert_low_i32x4_s(cut));
    const noise = f64x2.mul(
      now,
      lawAt(parts + (i32x4.extract_lane(cut, 0) << 4), parts + (i32x4.extract_lane(cut, 1) << 4), share),
    );
    v128.store(variance, f64x2.mul(noise, noise));
  }
}

/** Devices that shift, limited to least … greatest. `reads` (0 for none) has the noise of a read, value and rise. */
export function shiftDevices(
  target: usize,
  g: usize,
  variance: usize,
  count: i32,
  z: usize,
  rows: usize,
  reads: usize,
  perSiemens: f64,
  last: f64,
  least: f64,
  greatest: f64,
  factor: f64,
  spreads: bool,
): void {
  const scale = f64x2.splat(perSiemens),
    most = f64x2.splat(last),
    low = f64x2.splat(least),
    high = f64x2.splat(greatest),
    temperature = f64x2.splat(factor);
  for (let i = 0; i < count; i += 2, target += 16, g += 16, variance += 16, z += 2 * CELL_BYTES) {
    const aims = v128.load(target);
    let place = f64x2.pmin(most, f64x2.mul(aims, scale));
    let cut = i32x4.trunc_sat_f64x2_s_zero(place);
    let share = f64x2.sub(place, f64x2.convert_low_i32x4_s(cut));
    const a = rows + i32x4.extract_lane(cut, 0) * ROW_BYTES,
      b = rows + i32x4.extract_lane(cut, 1) * ROW_BYTES;
    let now = f64x2.add(
      positive(f64x2.add(aims, f64x2.mul(lawAt(a, b, share), normals(z)))),
      lawAt(a + 16, b + 16, share),
    );
    if (spreads) now = f64x2.add(now, f64x2.mul(lawAt(a + 32, b + 32, share), normals(z + 8)));
    now = f64x2.pmin(high, f64x2.add(low, positive(f64x2.sub(now, low))));
    v128.store(g, f64x2.mul(now, temperature));
    if (reads == 0) continue;
    place = f64x2.pmin(most, f64x2.mul(now, scale));
    cut = i32x4.trunc_sat_f64x2_s_zero(place);
    share = f64x2.sub(place, f64x2.convert_low_i32x4_s(cut));
    const noise = lawAt(reads + (i32x4.extract_lane(cut, 0) << 4), reads + (i32x4.extract_lane(cut, 1) << 4), share);
    v128.store(variance, f64x2.mul(noise, noise));
  }
}
