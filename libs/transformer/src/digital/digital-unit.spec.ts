import type { KernelCall, KernelThread } from '@ohmlight/tile-engine/digital';
import { afterEach, describe, expect, it } from 'vitest';
import { ClosedForm } from '../../testing/digital-closed-form.js';
import { killThread, SMALL, smallWeights, UNITS, wave } from '../../testing/digital-units.js';
import type { DigitalUnit, UnitCache, UnitRows } from './digital-unit.js';
import { WorkerDigitalUnit } from './worker-digital-unit.js';

const { hidden, layers, heads, kvHeads, headDim, ffn } = SMALL;
const OUTPUTS = { qkv: (heads + 2 * kvHeads) * headDim, o: hidden, gate_up: 2 * ffn, down: hidden };
const OPERATIONS = ['qkv', 'o', 'gate_up', 'down'] as const;

/** The rows of one sequence from `start` on. */
const rowsOf = (cache: UnitCache, tokens: readonly number[], start = 0, wanted: readonly number[] = []): UnitRows => ({
  tokens: Int32Array.from(tokens),
  positions: Uint32Array.from(tokens, (_, i) => start + i),
  caches: tokens.map(() => cache),
  wanted,
});

/** Steps of several sequences as one. */
const together = (parts: readonly UnitRows[]): UnitRows => {
  let before = 0;
  const wanted = parts.flatMap((part) => {
    const shifted = part.wanted.map((row) => before + row);
    before += part.tokens.length;
    return shifted;
  });
  return {
    tokens: Int32Array.from(parts.flatMap(({ tokens }) => [...tokens])),
    positions: Uint32Array.from(parts.flatMap(({ positions }) => [...positions])),
    caches: parts.flatMap(({ caches }) => caches),
    wanted,
  };
};

/** What a phase answers a row: of its token and position alone, whatever the batch. */
const phaseOf = (rows: UnitRows, layer: number, operation: (typeof OPERATIONS)[number]): Float32Array => {
  const n = OUTPUTS[operation];
  const y = new Float32Array(rows.tokens.length * n);
  rows.tokens.forEach((token, row) => {
    const step = 0.3 + 0.17 * token + 0.029 * rows.positions[row]! + layer + operation.length / 7;
    y.set(wave(n, step), row * n);
  });
  return y;
};

/** Every result of a step, in order. */
async function run(unit: DigitalUnit, rows: UnitRows): Promise<Float32Array[]> {
  const step = await unit.begin(rows);
  const results = [step.x];
  for (let layer = 0; layer < layers; layer++)
    for (const operation of OPERATIONS)
      results.push(await step.after(layer, operation, phaseOf(rows, layer, operation)));
  step.end();
  return results;
}

const bits = (results: readonly Float32Array[]): number[][] =>
  results.map((values) => [...new Uint32Array(values.slice().buffer)]);
const code = (code: string): unknown => expect.objectContaining({ name: 'OhmlightError', code });

const open: DigitalUnit[] = [];
afterEach(async () => {
  for (const unit of open.splice(0)) await unit.close();
});

describe.each(UNITS)('the digital unit %s', (_, make) => {
  const unitOf = (limitBytes?: number): DigitalUnit => {
    const unit = make(smallWeights(), limitBytes);
    open.push(unit);
    return unit;
  };

  it('does between the phases what the formulas say', async () => {
    const unit = unitOf();
    const weights = smallWeights();
    const exact = new ClosedForm(weights);
    const rows = rowsOf(unit.openCache(), [3, 0, 6, 1], 0, [1, 3]);
    const results = await run(unit, rows);
    const expected: number[][] = results.map(() => []);
    rows.tokens.forEach((token, row) => {
      const phase = (layer: number, operation: (typeof OPERATIONS)[number]): number[] => {
        const n = OUTPUTS[operation];
        return [...phaseOf(rows, layer, operation).subarray(row * n, (row + 1) * n)];
      };
      let x = exact.embed(token);
      const add = (y: number[]): void => void (x = x.map((value, i) => value + y[i]!));
      let next = 0;
      const put = (values: number[]): void => void expected[next++]!.push(...values);
      put(exact.norm(x, weights.norms[0]!.attention));
      for (let layer = 0; layer < layers; layer++) {
        put(exact.attend(layer, phase(layer, 'qkv')));
        add(phase(layer, 'o'));
        put(exact.norm(x, weights.norms[layer]!.ffn));
        put(exact.activate(phase(layer, 'gate_up')));
        add(phase(layer, 'down'));
        if (layer + 1 < layers) put(exact.norm(x, weights.norms[layer + 1]!.attention));
        else if (rows.wanted.includes(row)) put(exact.norm(x, weights.finalNorm));
      }
    });
    expect(results.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
    results.forEach((values, i) =>
      values.forEach((value, j) => expect(Math.abs(value - expected[i]![j]!)).toBeLessThan(1e-5)),
    );
  });

  it('gives a row the same bits alone and in a batch, in one chunk and in several', async () => {
    const unit = unitOf();
    const long = Array.from({ length: 21 }, (_, i) => (i * 5) % 7);
    const parts = (): UnitRows[] => [
      rowsOf(unit.openCache(), long, 0, [20]),
      rowsOf(unit.openCache(), [4, 4, 2], 0, [0, 2]),
    ];
    const [a, b] = parts();
    const alone = [bits(await run(unit, a!)), bits(await run(unit, b!))];
    const batch = bits(await run(unit, together(parts())));
    expect(batch).toEqual(alone[0]!.map((values, i) => [...values, ...alone[1]![i]!]));

    const cache = unit.openCache();
    const chunks: number[][][] = [];
    for (let from = 0; from < long.length; from += 8) {
      const tokens = long.slice(from, from + 8);
      const wanted = from + tokens.length === long.length ? [tokens.length - 1] : [];
      chunks.push(bits(await run(unit, rowsOf(cache, tokens, from, wanted))));
    }
    expect(chunks[0]!.map((_, i) => chunks.flatMap((chunk) => chunk[i]!))).toEqual(alone[0]);
  });

  it('gives the same bits again after a step that ended in the middle', async () => {
    const unit = unitOf();
    const expected = bits(await run(unit, rowsOf(unit.openCache(), [1, 2, 3, 4, 5], 0, [4])));
    const cache = unit.openCache();
    const first = bits(await run(unit, rowsOf(cache, [1, 2])));
    const broken = rowsOf(cache, [6, 6, 6, 6, 6, 6], 2);
    const step = await unit.begin(broken);
    await step.after(0, 'qkv', phaseOf(broken, 0, 'qkv'));
    step.end();
    const rest = bits(await run(unit, rowsOf(cache, [3, 4, 5], 2, [2])));
    expect(first.map((values, i) => [...values, ...rest[i]!])).toEqual(expected);
  });

  it('keeps steps of different caches apart that are under way together', async () => {
    const unit = unitOf();
    const expected = [
      bits(await run(unit, rowsOf(unit.openCache(), [1, 2], 0, [1]))),
      bits(await run(unit, rowsOf(unit.openCache(), [5], 0, [0]))),
    ];
    const got = await Promise.all([
      run(unit, rowsOf(unit.openCache(), [1, 2], 0, [1])),
      run(unit, rowsOf(unit.openCache(), [5], 0, [0])),
    ]);
    expect(got.map(bits)).toEqual(expected);
  });

  it('neither keeps nor changes what it is given, and its answers are the caller’s own', async () => {
    const unit = unitOf();
    const rows = rowsOf(unit.openCache(), [2, 3], 0, [1]);
    const expected = bits(await run(unit, rowsOf(unit.openCache(), [2, 3], 0, [1])));
    const step = await unit.begin(rows);
    const got = [bits([step.x])[0]!];
    step.x.fill(NaN);
    for (let layer = 0; layer < layers; layer++)
      for (const operation of OPERATIONS) {
        const y = phaseOf(rows, layer, operation);
        const before = y.slice();
        const x = await step.after(layer, operation, y);
        got.push(bits([x])[0]!);
        expect(y).toEqual(before);
        x.fill(NaN);
        y.fill(NaN);
      }
    step.end();
    expect(got).toEqual(expected);
  });

  it('answers nothing where no row is wanted', async () => {
    const unit = unitOf();
    const results = await run(unit, rowsOf(unit.openCache(), [1]));
    expect(results.at(-1)).toHaveLength(0);
  });

  it('refuses a step for which there is no room, and has it once a cache is freed', async () => {
    // Room for the weights, the step and three pages of 16 positions.
    const unit = unitOf(24_000);
    const full = unit.openCache();
    const waiting = unit.openCache();
    const tokens = Array.from({ length: 40 }, () => 1);
    for (let from = 0; from < 40; from += 4) await run(unit, rowsOf(full, tokens.slice(from, from + 4), from));
    const steps = async (): Promise<void> => {
      for (let from = 0; from < 40; from += 4) await run(unit, rowsOf(waiting, tokens.slice(from, from + 4), from));
    };
    await expect(steps()).rejects.toEqual(code('capacity_exceeded'));
    full.free();
    full.free();
    await steps();
    waiting.free();
    // Nothing leaks: as many sequences one after the other as you like.
    for (let i = 0; i < 20; i++) {
      const cache = unit.openCache();
      await run(unit, rowsOf(cache, tokens.slice(0, 20)));
      cache.free();
    }
  });

  it('names what it cannot do, and goes on', async () => {
    const unit = unitOf();
    const rows = rowsOf(unit.openCache(), [1]);
    const step = await unit.begin(rows);
    await expect(step.after(0, 'lm_head', new Float32Array(7))).rejects.toEqual(code('internal_error'));
    expect(await step.after(0, 'qkv', phaseOf(rows, 0, 'qkv'))).toHaveLength(heads * headDim);
    step.end();
    await expect(step.after(0, 'o', phaseOf(rows, 0, 'o'))).rejects.toEqual(code('internal_error'));
  });
});

it('both give the same bits', async () => {
  const all = await Promise.all(
    UNITS.map(async ([, make]) => {
      const unit = make(smallWeights());
      open.push(unit);
      return bits(await run(unit, rowsOf(unit.openCache(), [0, 1, 2, 3, 4, 5, 6], 0, [6])));
    }),
  );
  expect(all[1]).toEqual(all[0]);
});

describe('the thread of the digital unit', () => {
  const unitOf = (config = SMALL): WorkerDigitalUnit => {
    const unit = new WorkerDigitalUnit(smallWeights(config), { inlineFlops: 0 });
    open.push(unit);
    return unit;
  };

  it('that dies fails the calls under way, and none hangs', async () => {
    // Wide heads: the thread is busy for far longer than it takes to ask and to end it.
    const unit = unitOf({ ...SMALL, heads: 16, kvHeads: 1, headDim: 128 });
    const rows = rowsOf(
      unit.openCache(),
      Array.from({ length: 40 }, () => 1),
    );
    const step = await unit.begin(rows);
    const y = wave(40 * 18 * 128, 0.7);
    const pending = Array.from({ length: 300 }, () => step.after(0, 'qkv', y));
    const settled = Promise.allSettled(pending);
    await killThread(unit);
    expect((await settled).at(-1)).toEqual({ status: 'rejected', reason: code('internal_error') });
    step.end();
  });

  it('is started anew, and the caches hold what they held', async () => {
    const unit = unitOf();
    const expected = bits(await run(unit, rowsOf(unit.openCache(), [1, 2, 3, 4], 0, [3])));
    const cache = unit.openCache();
    const first = bits(await run(unit, rowsOf(cache, [1, 2])));
    const broken = rowsOf(cache, [6, 5], 2);
    const step = await unit.begin(broken);
    await Promise.allSettled([step.after(0, 'qkv', phaseOf(broken, 0, 'qkv')), killThread(unit)]);
    step.end();
    const rest = bits(await run(unit, rowsOf(cache, [3, 4], 2, [1])));
    expect(first.map((values, i) => [...values, ...rest[i]!])).toEqual(expected);
  });

  it('that fails of itself says how', async () => {
    const unit = unitOf();
    const { thread } = (unit as unknown as { executor: { thread: KernelThread } }).executor;
    const outside: KernelCall = ['addRow', 2 ** 32 - 64, 2 ** 32 - 64, 1000];
    await expect(thread.call([outside])).rejects.toThrow(/the digital unit's thread failed: .*out of bounds/);
    expect(await run(unit, rowsOf(unit.openCache(), [1]))).toHaveLength(1 + 4 * layers);
  });

  it('takes no call once it is closed', async () => {
    const unit = unitOf();
    await unit.close();
    await expect(unit.begin(rowsOf(unit.openCache(), [1]))).rejects.toEqual(code('shutting_down'));
  });

  it('leaves short calls to the calling thread', async () => {
    const unit = new WorkerDigitalUnit(smallWeights());
    open.push(unit);
    await unit.close();
    expect(await run(unit, rowsOf(unit.openCache(), [1, 2]))).toHaveLength(1 + 4 * layers);
  });
});
