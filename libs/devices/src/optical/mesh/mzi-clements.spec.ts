import { OhmlightError } from '@ohmlight/contracts';
import { describe, expect, it } from 'vitest';
import { batchOf, exactProduct, random, relativeError } from '../../../../tile-engine/testing/random.js';
import { engine, programmed, QUIET, readings } from '../../../testing/optical.js';
import { frameOf, shardOf, variant } from '../../../testing/profiles.js';
import { createDevice, methodOf } from '../../create-device.js';
import { holdingPower } from './cost.js';
import { countsOf } from './light.js';
import { describeMethod, imperfectionsOf, type MeshParameters } from './parameters.js';
import { errorOf } from './program-mesh.js';
import { SquareSvd } from './svd.js';
import { WeightArray } from './weight-array.js';

const NAME = 'mzi-clements';
const parameters = (values: Record<string, unknown> = {}): MeshParameters =>
  frameOf(NAME, values) as unknown as MeshParameters;
const still = { ...QUIET[NAME], input_bits: 12, adc_bits: 0 };

const k = 64;
const n = 48;
const draw = random(12);
const weights = draw.gaussians(n * k, 0.05);
const x = draw.gaussians(k);
/** Effective weights, read with one-hot rows. */
function held(values: Record<string, unknown>, w = weights, inputs = k): Float32Array {
  const outputs = w.length / inputs;
  const eye = new Float32Array(inputs * inputs);
  for (let j = 0; j < inputs; j++) eye[j * inputs + j] = 1;
  const { y } = programmed(NAME, { ...still, ...values }, w, inputs).execute(batchOf(eye, inputs));
  return Float32Array.from(w, (_, at) => y[(at % inputs) * outputs + Math.floor(at / inputs)]!);
}
const shardError = (a: Float32Array, w = weights): number => relativeError(a, Float64Array.from(w)) ** 2;

/** The tile of inputs t·modes … of outputs b·modes …, its scale ‖W‖₂ and ‖W‖_F². */
function tileOf(t: number, b: number, modes: number): { scale: number; power: number } {
  const columns = new Float64Array(modes * modes);
  for (let i = 0; i < modes; i++)
    for (let j = 0; j < modes; j++) columns[j * modes + i] = weights[(b * modes + i) * k + t * modes + j]!;
  const svd = new SquareSvd(modes);
  svd.decompose(columns);
  return { scale: svd.sigma[0]!, power: columns.reduce((sum, w) => sum + w * w, 0) };
}

describe('static error of meshes', () => {
  it('is as large as that of their samples, and the same whenever a shard is programmed', () => {
    const values = { phase_error: 0.02, splitter_error: 0.01, mzi_loss: 0.1 };
    const once = held(values);
    expect(held(values)).toEqual(once);
    expect(Math.abs(shardError(once) / errorOf(parameters({ ...still, ...values })) - 1)).toBeLessThan(0.3);
  });

  it('is that of the matrix, however it is divided into shards', () => {
    const wide = random(2).gaussians(512 * 32, 0.05);
    const device = createDevice(variant(NAME, { ...still, phase_error: 0.02 }), engine);
    const row = batchOf(random(3).gaussians(32), 1);
    const whole = device.program(shardOf({ k: 32, n: 512 }, NAME), wide).execute(row).y;
    const parts = [0, 256].map(
      (start) =>
        device
          .program(shardOf({ k: 32, n: 512 }, NAME, start, start + 256), wide.slice(start * 32, (start + 256) * 32))
          .execute(row).y,
    );
    expect([...parts[0]!, ...parts[1]!]).toEqual([...whole]);
  });

  it('refuses a shard that cuts a mesh', () => {
    const device = createDevice(variant(NAME), engine);
    const cut = () => device.program(shardOf({ k, n }, NAME, 8, n), weights.slice(8 * k));
    expect(cut).toThrow(OhmlightError);
    expect(cut).toThrow(/starts on a multiple of 16 columns, not on 8/);
  });

  it('reaches inputs and outputs beyond the matrix, whose waveguides are dark', () => {
    const small = random(5).gaussians(5 * 21, 0.05);
    const error = shardError(held({ phase_error: 0.01 }, small, 21), small);
    expect(error).toBeGreaterThan(1e-5);
    expect(error).toBeLessThan(1e-2);
    expect(shardError(held({}, small, 21), small)).toBeLessThan(1e-6);
  });
});

describe('errors by statistics', () => {
  it.each([32, 64])('agree in mean square with light followed through meshes of %d modes', (modes) => {
    const size = { tile_rows: modes, array_columns: modes };
    const values = { ...size, phase_error: 0.01, splitter_error: 0.01, mzi_loss: 0.05, calibration: 'selfconfig' };
    const w = random(modes).gaussians(128 * 128, 0.05);
    const [exact, statistical] = ['exact', 'statistical'].map((propagation) =>
      shardError(held({ ...values, propagation }, w, 128), w),
    );
    expect(Math.abs(exact! / statistical! - 1)).toBeLessThan(0.2);
  });

  it('follow row and column as those of meshes do: a row of nothing keeps half of the mean error', () => {
    const w = random(9).gaussians(64 * 64, 0.05);
    w.fill(0, 0, 64);
    for (const propagation of ['exact', 'statistical']) {
      const values = { tile_rows: 64, array_columns: 64, phase_error: 0.01, propagation };
      const errors = held(values, w, 64).map((value, at) => (value - w[at]!) ** 2);
      const mean = (from: number, to: number): number =>
        errors.subarray(from, to).reduce((sum, e) => sum + e, 0) / (to - from);
      expect(mean(0, 64) / mean(64, 4096)).toBeGreaterThan(0.3);
      expect(mean(0, 64) / mean(64, 4096)).toBeLessThan(0.7);
    }
  });

  it('say so: a mesh beyond 64 modes names the method it has, and exact light is refused', () => {
    const wide = { tile_rows: 128, array_columns: 128 };
    expect(methodOf(variant(NAME))).toBe('errors exact: light followed through meshes of 16 modes');
    expect(methodOf(variant(NAME, wide))).toBe(
      'errors statistical: meshes of 128 modes, light is followed through 64 at most',
    );
    expect(describeMethod(parameters({ propagation: 'statistical' }))).toMatch(/^errors statistical: meshes of 16/);
    expect(methodOf(variant('phase-mask'))).toBeUndefined();
  });
});

describe('noise of homodyne detection behind meshes', () => {
  const bright = { ...still, noise: 'full', rin: -300, load_resistance: 0, dark_current: 0 };

  it('is shot noise of (|y|² + R²)/(4α²R²), α² less by the loss of 2(N − 1) + 1 interferometers', () => {
    const values = { ...bright, laser_power: 1e-3, mzi_loss: 0.1 };
    const { input, reference } = countsOf(parameters(values));
    const lossless = countsOf(parameters({ ...values, mzi_loss: 0 }));
    expect(10 * Math.log10(lossless.input / input)).toBeCloseTo(3.1, 9);
    expect(lossless.reference).toBe(reference);
    const most = Math.max(...x.map(Math.abs));
    const rows = 3_000;
    readings(NAME, values, weights, x, rows).forEach(({ variance }, c) => {
      let law = 0;
      for (let t = 0; t < 4; t++) {
        const { scale } = tileOf(t, Math.floor(c / 16), 16);
        const at = c * k + t * 16;
        let [square, norm] = [0, 0];
        for (let j = 0; j < 16; j++) {
          square += (weights[at + j]! / scale) ** 2;
          norm += (x[t * 16 + j]! / most) ** 2;
        }
        law += ((reference + (input * square * norm) / 16) / (4 * input * reference)) * (scale * most) ** 2;
      }
      expect(Math.abs(variance / law - 1)).toBeLessThan(4 * Math.sqrt(2 / rows) + 0.02);
    });
  });

  it('of phase jitter is that of meshes redrawn for every symbol', () => {
    const sigma = 0.01;
    const modes = 16;
    const w = random(6).gaussians(modes * modes);
    const input = random(7).gaussians(modes);
    const rows = 600;
    const values = { ...bright, laser_power: 1e6, phase_jitter: sigma };
    const measured = readings(NAME, values, w, input, 3_000).reduce((sum, { variance }) => sum + variance, 0);
    const array = new WeightArray(modes, { ...imperfectionsOf(parameters(still)), phaseError: sigma });
    const columns = Float64Array.from(w, (_, at) => w[(at % modes) * modes + Math.floor(at / modes)]!);
    const error = new Float64Array(modes * modes);
    const { gaussian } = random(8);
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      array.program(columns, Float32Array.from({ length: 4 * array.cells }, gaussian), error);
      for (let i = 0; i < modes; i++) {
        let y = 0;
        for (let j = 0; j < modes; j++) y += error[i * modes + j]! * input[j]!;
        sum += (y * y) / rows;
      }
    }
    // The law has ‖y‖² of unrelated operands: this row's is a quarter off.
    expect(Math.abs(measured / sum - 1)).toBeLessThan(0.25);
    let power = 0;
    for (const value of w) power += value * value;
    const law = (sigma ** 2 / 2) * power * input.reduce((all, value) => all + value * value, 0);
    expect(Math.abs(measured / law - 1)).toBeLessThan(0.05);
  });

  it('has no bias where an output is as bright as its reference', () => {
    // One row of ones through a matrix of rank 1: y is ‖x‖·α in full, half of R.
    const w = new Float32Array(256).fill(1, 0, 16);
    const values = { ...bright, laser_power: 1e-3, reference_share: 0.98 };
    const input = new Float32Array(16).fill(1);
    const [first] = readings(NAME, values, w, input, 2_000);
    const { input: alpha, reference } = countsOf(parameters(values));
    const law = (reference + alpha) / (4 * alpha * reference);
    expect(Math.abs(first!.mean - 16)).toBeLessThan(5 * 4 * Math.sqrt(law / 2_000) + 1e-3);
    expect(Math.abs(first!.variance / (16 * law) - 1)).toBeLessThan(0.15);
  });
});

describe('the ledger of meshes', () => {
  const book = (values: Record<string, unknown>, rows: number) =>
    programmed(NAME, values, weights, k).execute(batchOf(new Float32Array(rows * k).fill(1), rows)).ledger;

  it('holds 2N² + N phases at P_π·φ/π: 61 W at N = 64 and a mean of π/4 on each', () => {
    expect(holdingPower(parameters({ mean_phase: Math.PI }))).toBeCloseTo(528 * 0.03, 9);
    const wide = parameters({ tile_rows: 64, array_columns: 64, mean_phase: Math.PI / 4 });
    expect(holdingPower(wide) / 61.4).toBeCloseTo(1, 1);
  });

  it('has the mean phase that arrays of Gaussian weights are set to', () => {
    const p = parameters();
    const array = new WeightArray(16, imperfectionsOf(p));
    const { gaussian } = random(4);
    let [sum, count] = [0, 0];
    for (let trial = 0; trial < 30; trial++) {
      const columns = Float64Array.from({ length: 256 }, gaussian);
      array.program(columns, Float32Array.from({ length: 4 * array.cells }, gaussian), new Float64Array(256));
      for (const phases of [array.first.set.all, array.attenuators.theta, array.last.set.all]) {
        sum += phases.reduce((all, phase) => all + phase, 0);
        count += phases.length;
      }
    }
    expect(Math.abs(sum / count / p.mean_phase - 1)).toBeLessThan(0.02);
  });

  it('loads twelve arrays in one go, 10 µs, and heats all the while', () => {
    const one = book({}, 1);
    expect(one.reloads).toBe(1);
    expect(one.seconds).toBeCloseTo(1e-5 + 2e-10 + 1e-8, 12);
    expect(one.joules.array! / (12 * holdingPower(parameters()) * (1e-5 + 2e-10))).toBeCloseTo(1, 9);
    expect(book({ arrays: 1 }, 1).seconds).toBeCloseTo(12 * (1e-5 + 2e-10) + 1e-8, 12);
    const resident = book({ weight_residency: 'resident' }, 1);
    expect(resident.seconds).toBeCloseTo(2e-10 + 1e-8, 12);
    expect(resident.reloads).toBe(0);
  });

  it('takes 0.74 mm² for an array where weights stay, and no place of their own where they do not', () => {
    expect('footprint' in createDevice(variant(NAME), engine)).toBe(false);
    const footprint = createDevice(variant(NAME, { weight_residency: 'resident' }), engine).footprint!(64, 48);
    expect(footprint.tiles).toBe(12);
    expect(footprint.squareMetres! / 12).toBeCloseTo(256 * 24e-6 * 120e-6, 15);
  });

  it('reads signed outputs in one symbol and one conversion', () => {
    const { dacConversions, adcConversions } = book({}, 3);
    expect([dacConversions, adcConversions]).toEqual([3 * k * 3, 3 * n * 4]);
  });
});

describe('the shipped profile', () => {
  it('leaves an error of a twentieth on Gaussian operands', () => {
    const { y } = programmed(NAME, {}, weights, k).execute(batchOf(x, 1));
    expect(relativeError(y, exactProduct(weights, x, 1, k, n))).toBeLessThan(0.08);
  });
});
