import { emptyLedger, OhmlightError } from '@ohmlight/contracts';
import { gatedSilu } from '@ohmlight/tile-engine/digital';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixture, readJson, type TinyOracle } from '../../testing/fixtures.js';
import { Checkpoint } from '../checkpoint/checkpoint.js';
import type { Matmul, MatmulCall, MatmulReply } from '../matmul.js';
import { ReferenceMatmul } from '../reference-matmul.js';
import type { KvCache } from './kv-cache.js';
import { LlamaModel } from './llama-model.js';
import type { SequenceSlice } from './step.js';

const { ids } = readJson<TinyOracle>(fixture('tiny', 'sharded-f32', 'oracle.json'));
let model: LlamaModel;
let matmul: ReferenceMatmul;
beforeAll(async () => {
  const checkpoint = await Checkpoint.open('tiny', fixture('tiny', 'sharded-f32'));
  model = await LlamaModel.load(checkpoint);
  matmul = await ReferenceMatmul.load(checkpoint);
  await checkpoint.close();
});

/** Passes calls on and keeps them; `fault` may throw or change a reply. */
class Recorder implements Matmul {
  readonly calls: MatmulCall[] = [];
  constructor(private readonly fault: (call: MatmulCall, reply: MatmulReply) => MatmulReply = (_, reply) => reply) {}
  async execute(call: MatmulCall, signal?: AbortSignal): Promise<MatmulReply> {
    this.calls.push(call);
    return this.fault(call, await matmul.execute(call, signal));
  }
}

const slice = (
  cache: KvCache,
  tokens: readonly number[],
  logits: SequenceSlice['logits'] = 'all',
  seed = 1n,
): SequenceSlice => ({ cache, tokens, start: cache.length, seed, logits });

/** Bits, since NaN and −0 would pass a comparison of values. */
const bits = (row: Float32Array): number[] => [...new Uint32Array(row.slice().buffer)];

/** Bits of all logits of a prompt, alone and in one chunk. */
async function alone(tokens: readonly number[]): Promise<number[][]> {
  const { logits } = await model.forward([slice(model.newKvCache(), tokens)], matmul);
  return logits[0]!.map(bits);
}

describe('a step', () => {
  it('has exactly 4 × layers + 1 dependent phases, in order, one call each', async () => {
    const recorder = new Recorder();
    const slices = [slice(model.newKvCache(), ids.slice(0, 5)), slice(model.newKvCache(), ids.slice(5, 8), 'last')];
    const { phases } = await model.forward(slices, recorder);
    const expected = ['0/qkv', '0/o', '0/gate_up', '0/down', '1/qkv', '1/o', '1/gate_up', '1/down', '2/lm_head'];
    expect(expected).toHaveLength(4 * model.config.layers + 1);
    expect(recorder.calls.map(({ layer, operation }) => `${layer}/${operation}`)).toEqual(expected);
    expect(phases.map(({ layer, operation }) => `${layer}/${operation}`)).toEqual(expected);
  });

  it('has 3 × layers + 1 phases where the feed-forward part is fused, with less for the digital unit', async () => {
    const calls: string[] = [];
    const fused: Matmul = {
      fused: () => true,
      async execute(call) {
        calls.push(`${call.layer}/${call.operation}`);
        if (call.operation !== 'ffn') return matmul.execute(call);
        const up = await matmul.execute({ ...call, operation: 'gate_up' });
        const { ffn } = model.config;
        const x = Float32Array.from({ length: call.batch.rows * ffn }, (_, at) => {
          const row = Math.floor(at / ffn) * 2 * ffn;
          return gatedSilu(up.y[row + (at % ffn)]!, up.y[row + ffn + (at % ffn)]!);
        });
        return matmul.execute({ ...call, operation: 'down', batch: { ...call.batch, x } });
      },
    };
    const step = await model.forward([slice(model.newKvCache(), ids)], fused);
    expect(calls).toEqual(['0/qkv', '0/o', '0/ffn', '1/qkv', '1/o', '1/ffn', '2/lm_head']);
    expect(step.logits[0]!.map(bits)).toEqual(await alone(ids));
    const apart = await model.forward([slice(model.newKvCache(), ids)], matmul);
    const { layers, ffn } = model.config;
    expect(apart.digital.flops - step.digital.flops).toBe(ids.length * layers * 5 * ffn);
    expect(apart.digital.bytes - step.digital.bytes).toBe(ids.length * layers * 3 * ffn * 4);

    calls.length = 0;
    const mixed = await model.forward([slice(model.newKvCache(), ids)], { ...fused, fused: (layer) => layer === 1 });
    expect(calls).toEqual(['0/qkv', '0/o', '0/gate_up', '0/down', '1/qkv', '1/o', '1/ffn', '2/lm_head']);
    expect(mixed.logits[0]!.map(bits)).toEqual(await alone(ids));
    expect(apart.digital.flops - mixed.digital.flops).toBe(ids.length * 5 * ffn);
  });

  it('starts a phase only when the one before has answered', async () => {
    let running = 0;
    const strict: Matmul = {
      async execute(call) {
        expect(++running).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        return matmul.execute(call);
      },
    };
    const { phases } = await model.forward([slice(model.newKvCache(), ids)], strict);
    expect(phases).toHaveLength(9);
  });

  it('sends every row with its seed and position; lm_head only those that want logits', async () => {
    const recorder = new Recorder();
    const second = model.newKvCache();
    await model.forward([slice(second, ids.slice(0, 2), 'none')], matmul);
    const slices = [
      slice(model.newKvCache(), ids.slice(0, 3), 'last', 7n),
      slice(second, ids.slice(2, 4), 'all', 2n ** 64n - 1n),
      slice(model.newKvCache(), ids.slice(0, 1), 'none', 9n),
    ];
    const { logits } = await model.forward(slices, recorder);
    const { batch } = recorder.calls[0]!;
    expect(batch.rows).toBe(6);
    expect(batch.x).toHaveLength(6 * model.config.hidden);
    expect([...batch.seeds]).toEqual([7n, 7n, 7n, 2n ** 64n - 1n, 2n ** 64n - 1n, 9n]);
    expect([...batch.positions]).toEqual([0, 1, 2, 2, 3, 0]);
    const head = recorder.calls.at(-1)!.batch;
    expect([head.rows, [...head.seeds], [...head.positions]]).toEqual([
      3,
      [7n, 2n ** 64n - 1n, 2n ** 64n - 1n],
      [2, 2, 3],
    ]);
    expect(logits.map((rows) => rows.length)).toEqual([1, 2, 0]);
  });

  it('skips lm_head when no row wants logits', async () => {
    const recorder = new Recorder();
    const { logits, phases } = await model.forward([slice(model.newKvCache(), ids, 'none')], recorder);
    expect(phases.map(({ operation }) => operation)).not.toContain('lm_head');
    expect(logits).toEqual([[]]);
  });

  it('splits its wall time into the digital unit and what the matmul reports', async () => {
    const wall = { total: 4, engine: 1, grpc: 0.5, queue: 0.25 };
    const recorder = new Recorder((_, reply) => ({ ...reply, wall }));
    const step = await model.forward([slice(model.newKvCache(), ids)], recorder);
    expect(step.wall).toMatchObject({ engine: 9, grpc: 4.5, queue: 2.25 });
    expect(step.wall.digitalUnit).toBeGreaterThan(0);
    expect(step.wall.digitalUnit).toBeLessThanOrEqual(step.wall.total);
  });
});

describe("a row's bits", () => {
  it('do not depend on how its prompt is cut into chunks', async () => {
    const whole = await alone(ids);
    for (const size of [1, 3, 16, 39]) {
      const cache = model.newKvCache();
      const rows: number[][] = [];
      for (let from = 0; from < ids.length; from += size) {
        const { logits } = await model.forward([slice(cache, ids.slice(from, from + size))], matmul);
        rows.push(...logits[0]!.map(bits));
      }
      expect(rows).toEqual(whole);
    }
  });

  it('do not depend on its neighbours in the batch', async () => {
    const prompts = [ids.slice(0, 7), ids.slice(7, 8), ids.slice(8, 31), ids.slice(3, 9)];
    const expected = await Promise.all(prompts.map(alone));
    for (const order of [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0],
    ]) {
      const { logits } = await model.forward(
        order.map((i) => slice(model.newKvCache(), prompts[i]!)),
        matmul,
      );
      expect(logits.map((rows) => rows.map(bits))).toEqual(order.map((i) => expected[i]));
    }
  });

  it('are the same for a sequence that decodes while another joins and leaves', async () => {
    const expected = await alone(ids.slice(0, 6));
    const cache = model.newKvCache();
    const other = model.newKvCache();
    const rows: number[][] = [];
    for (let i = 0; i < 6; i++) {
      const slices = [slice(cache, [ids[i]!])];
      if (i === 2) slices.unshift(slice(other, ids.slice(10, 25), 'none'));
      if (i === 3) slices.push(slice(other, [5]));
      const { logits } = await model.forward(slices, matmul);
      rows.push(bits(logits[i === 2 ? 1 : 0]![0]!));
    }
    expect(rows).toEqual(expected);
  });
});

describe('a step that fails', () => {
  const fail = (at: string, thrown: unknown): Recorder =>
    new Recorder(({ layer, operation }, reply) => {
      if (`${layer}/${operation}` === at) throw thrown;
      return reply;
    });

  it.each(['0/qkv', '1/down', '2/lm_head'])(
    'in phase %s leaves the caches so that a retry gives the same bits',
    async (at) => {
      const fresh = model.newKvCache();
      const grown = model.newKvCache();
      await model.forward([slice(grown, ids.slice(0, 5), 'none')], matmul);
      const fault = new OhmlightError('core_unavailable', 'the core is lost');
      // More rows than there is room for, so that a cache has grown when the step fails.
      const slices = () => [slice(grown, ids.slice(5)), slice(fresh, [...ids, ...ids])];
      await expect(model.forward(slices(), fail(at, fault))).rejects.toBe(fault);
      expect([grown.length, fresh.length]).toEqual([5, 0]);
      // Another chunk in between leaves no trace of the failed one.
      const { logits } = await model.forward([slice(grown, ids.slice(5, 7))], matmul);
      const rest = await model.forward([slice(grown, ids.slice(7)), slice(fresh, ids)], matmul);
      const whole = await alone(ids);
      expect([...logits[0]!, ...rest.logits[0]!].map(bits)).toEqual(whole.slice(5));
      expect(rest.logits[1]!.map(bits)).toEqual(whole);
    },
  );

  it('by an abort rejects with its reason', async () => {
    const cache = model.newKvCache();
    const abort = new AbortController();
    const reason = new Error('the client left');
    const recorder = new Recorder(({ operation }, reply) => {
      if (operation === 'gate_up') abort.abort(reason);
      return reply;
    });
    await expect(model.forward([slice(cache, ids)], recorder, abort.signal)).rejects.toBe(reason);
    expect(recorder.calls).toHaveLength(3);
    expect(cache.length).toBe(0);
    const { logits } = await model.forward([slice(cache, ids)], matmul);
    expect(logits[0]!.map(bits)).toEqual(await alone(ids));
  });

  it('because a reply has the wrong length names the phase', async () => {
    const short = new Recorder((_, reply) => ({ ...reply, y: reply.y.subarray(1) }));
    await expect(model.forward([slice(model.newKvCache(), ids)], short)).rejects.toMatchObject({
      code: 'core_bad_reply',
      message: expect.stringContaining('0/qkv') as string,
    });
  });
});

describe('forward refuses', () => {
  it.each([[-1], [101], [0.5], [NaN]])('token %d', async (token) => {
    const cache = model.newKvCache();
    await expect(model.forward([slice(cache, [1, token])], matmul)).rejects.toMatchObject({ code: 'invalid_value' });
    const { logits } = await model.forward([slice(cache, [1])], matmul);
    expect(logits[0]).toHaveLength(1);
  });

  it('a sequence past the context and leaves its neighbours usable', async () => {
    const full = model.newKvCache();
    const neighbour = model.newKvCache();
    const { context } = model.config;
    await model.forward(
      [
        slice(
          full,
          Array.from({ length: context }, () => 1),
          'none',
        ),
      ],
      matmul,
    );
    expect(full.length).toBe(context);
    await expect(model.forward([slice(neighbour, ids), slice(full, [1])], matmul)).rejects.toMatchObject({
      code: 'context_length_exceeded',
    });
    const { logits } = await model.forward([slice(neighbour, ids)], matmul);
    expect(logits[0]!.map(bits)).toEqual(await alone(ids));
  });

  it('a start that is not where the cache ends', async () => {
    const cache = model.newKvCache();
    await expect(model.forward([{ ...slice(cache, ids), start: 1 }], matmul)).rejects.toThrow('starts at 1');
  });

  it('one cache in two places at once', async () => {
    const cache = model.newKvCache();
    await expect(model.forward([slice(cache, [1]), slice(cache, [2])], matmul)).rejects.toThrow('two steps at once');
    const first = model.forward([slice(cache, ids)], matmul);
    await expect(model.forward([slice(cache, ids)], matmul)).rejects.toThrow('two steps at once');
    await first;
    expect(cache.length).toBe(ids.length);
  });

  it('a step without rows', async () => {
    await expect(model.forward([], matmul)).rejects.toThrow('at least one row');
  });
});

it('books what the matmul replied, untouched by later changes to the logits', async () => {
  const ledger = { ...emptyLedger(), seconds: 3 };
  const recorder = new Recorder((_, reply) => ({ ...reply, ledger }));
  const step = await model.forward([slice(model.newKvCache(), ids, 'last')], recorder);
  const before = step.phases.at(-1)!.reply.y[0];
  step.logits[0]![0]![0] = 1e9;
  expect(step.phases.at(-1)!.reply.y[0]).toBe(before);
  expect(step.phases.every(({ reply }) => reply.ledger === ledger)).toBe(true);
});
