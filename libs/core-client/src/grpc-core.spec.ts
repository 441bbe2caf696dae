import { Metadata, type ServerDuplexStream, type ServerReadableStream, status } from '@grpc/grpc-js';
import { floatsToBytes, proto, shardId, type ShardSpec } from '@ohmlight/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../../../test/support/until.js';
import { startScriptedCore, UNIMPLEMENTED } from '../testing/scripted-core.js';
import { GrpcCore, type GrpcCoreOptions } from './grpc-core.js';
import { ERROR_CODE_TRAILER } from './limits.js';

type ExecuteCall = ServerDuplexStream<proto.ExecuteRequest, proto.ExecuteResponse>;

const spec: ShardSpec = {
  checkpoint: 'nano',
  layer: 0,
  operation: 'o',
  profile: 'liar',
  k: 4,
  n: 8,
  columnStart: 0,
  columnEnd: 8,
  chipSeed: 1n,
};
const shard = shardId(spec);
const batch = { rows: 2, x: new Float32Array(8), seeds: new BigUint64Array(2), positions: new Uint32Array(2) };
const code = (code: string): unknown => expect.objectContaining({ name: 'OhmlightError', code });

/** A reply with these outputs. */
const result = (correlationId: string, outputs: Uint8Array): proto.ExecuteResponse => ({
  correlationId,
  outcome: {
    $case: 'result',
    result: { outputs: Buffer.from(outputs), ledger: undefined, telemetry: undefined, engineSeconds: 0 },
  },
});
const honest = ({ correlationId }: proto.ExecuteRequest): proto.ExecuteResponse =>
  result(correlationId, new Uint8Array(2 * 8 * 4));

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).toReversed()) await step();
});

/** Starts a core that behaves as told. */
async function startCore(handlers: Partial<proto.CoreServiceServer>, port = 0) {
  const core = await startScriptedCore(handlers, port);
  cleanup.push(() => core.server.forceShutdown());
  return core;
}

function connect(port: number, options: Partial<GrpcCoreOptions> = {}): GrpcCore {
  const core = new GrpcCore({ address: `127.0.0.1:${port}`, coreId: 'core-7', ...options });
  cleanup.push(() => core.close());
  return core;
}

/** A core that answers each job with what `reply` makes of it. */
async function answering(reply: (request: proto.ExecuteRequest, call: ExecuteCall) => void, ends?: () => void) {
  const { port } = await startCore({
    execute: (call) => {
      call.on('data', (request: proto.ExecuteRequest) => reply(request, call));
      call.on('end', () => {
        ends?.();
        call.end();
      });
      call.on('error', () => undefined);
    },
  });
  return connect(port);
}

const execute = (core: GrpcCore, ms = 10_000) =>
  core.execute({ shardId: shard, batch, requestId: 'r', deadline: Date.now() + ms });

describe('GrpcCore in front of a core that lies', () => {
  const floats = (length: number, change: (y: Float32Array) => void = () => undefined): Uint8Array => {
    const y = new Float32Array(length);
    change(y);
    return floatsToBytes(y);
  };

  it.each([
    ['too few values', floats(15), /15 values where 2 × 8 belong/],
    ['too many values', floats(17), /17 values where 2 × 8 belong/],
    ['another shard’s length', floats(8), /8 values where 2 × 8 belong/],
    ['no values', new Uint8Array(0), /0 values/],
    ['half a value', new Uint8Array(63), /63 bytes/],
    ['NaN', floats(16, (y) => (y[9] = Number.NaN)), /NaN at row 1, column 1/],
    ['infinity', floats(16, (y) => (y[7] = -Infinity)), /-Infinity at row 0, column 7/],
  ])('fails the job that got %s, naming core and shard', async (_, outputs, message) => {
    const core = await answering((request, call) => call.write(result(request.correlationId, outputs)));
    const job = execute(core);
    await expect(job).rejects.toEqual(code('core_bad_reply'));
    await expect(job).rejects.toThrow(message);
    await expect(job).rejects.toThrow(/core-7.*nano\/0\/o\/0-8@liar#1/);
  });

  it('fails the job that got neither result nor error, or an error of no known code', async () => {
    let next: proto.ExecuteResponse['outcome'];
    const core = await answering(({ correlationId }, call) => call.write({ correlationId, outcome: next }));
    await expect(execute(core)).rejects.toEqual(code('core_bad_reply'));
    next = { $case: 'error', error: { code: 'gremlins', message: 'it is full of them' } };
    const job = execute(core);
    await expect(job).rejects.toEqual(code('core_bad_reply'));
    await expect(job).rejects.toThrow(/gremlins.*it is full of them/);
  });

  it('passes on an error of the table', async () => {
    const core = await answering(({ correlationId }, call) =>
      call.write({ correlationId, outcome: { $case: 'error', error: { code: 'shard_not_held', message: 'gone' } } }),
    );
    await expect(execute(core)).rejects.toEqual(code('shard_not_held'));
    await expect(execute(core)).rejects.toThrow(/^gone$/);
  });

  it('ignores and counts replies that nobody asked for', async () => {
    const core = await answering((request, call) => {
      call.write(result('no such call', floats(1)));
      call.write(result('999', floats(1)));
      call.write(honest(request));
      call.write(honest(request));
    });
    expect((await execute(core)).y).toHaveLength(16);
    await until(() => core.strayReplies.unknown === 2 && core.strayReplies.late === 1, 'three stray replies');
  });

  it('gives each call its own reply when they come in another order', async () => {
    const waiting: proto.ExecuteRequest[] = [];
    const core = await answering((request, call) => {
      waiting.push(request);
      if (waiting.length < 3) return;
      for (const { correlationId, requestId } of waiting.toReversed())
        call.write(
          result(
            correlationId,
            floats(16, (y) => y.fill(Number(requestId))),
          ),
        );
    });
    const jobs = [1, 2, 3].map((id) =>
      core.execute({ shardId: shard, batch, requestId: String(id), deadline: Date.now() + 10_000 }),
    );
    expect((await Promise.all(jobs)).map(({ y }) => y[0])).toEqual([1, 2, 3]);
  });

  it('fails every call in flight when bytes come that are no message', async () => {
    const { port } = await startCore({ execute: (call) => call.on('data', () => call.write(honestly(call))) });
    // A wire type that does not exist: the client cannot decode the message.
    const honestly = (call: ExecuteCall) => {
      const inner = (call as unknown as { call: { handler: { serialize: unknown } } }).call;
      inner.handler.serialize = () => Buffer.from([0x0f, 0xff, 0xff]);
      return {} as proto.ExecuteResponse;
    };
    const core = connect(port);
    const jobs = await Promise.allSettled([execute(core), execute(core)]);
    expect(jobs.map((job) => job.status)).toEqual(['rejected', 'rejected']);
    expect(jobs[0]).toEqual({ status: 'rejected', reason: code('core_bad_reply') });
  });
});

describe('GrpcCore in front of a core that does not answer', () => {
  it('fails at the deadline and drops the late reply', async () => {
    let late: (() => void) | undefined;
    const core = await answering((request, call) => {
      if (late) call.write(honest(request));
      late ??= () => call.write(honest(request));
    });
    await expect(execute(core, 50)).rejects.toEqual(code('deadline_exceeded'));
    expect(core.inFlight).toBe(0);
    await until(() => late !== undefined, 'the job to arrive');
    late?.();
    await until(() => core.strayReplies.late === 1, 'the late reply');
    expect((await execute(core)).y).toHaveLength(16);
  });

  it('does not send a job whose deadline has passed', async () => {
    let jobs = 0;
    const core = await answering((request, call) => {
      jobs++;
      call.write(honest(request));
    });
    await expect(execute(core, -1)).rejects.toEqual(code('deadline_exceeded'));
    await execute(core);
    expect(jobs).toBe(1);
  });

  it('does not send a job that would break the stream for the others', async () => {
    const core = await answering((request, call) => call.write(honest(request)));
    const beside = execute(core);
    const long = { ...batch, x: new Float32Array(2 ** 23 + 1) };
    const wide = { ...batch, rows: 2 ** 20 + 1 };
    for (const batch of [long, wide]) {
      const job = core.execute({ shardId: shard, batch, requestId: 'r', deadline: Date.now() + 10_000 });
      await expect(job).rejects.toEqual(code('invalid_job'));
    }
    expect((await beside).y).toHaveLength(16);
  });

  it('tells the core what is left of the deadline', async () => {
    const left: number[] = [];
    const core = await answering((request, call) => {
      left.push(request.deadlineMs);
      call.write(honest(request));
    });
    await execute(core, 5_000);
    await execute(core, 1e15);
    expect(left[0]).toBeGreaterThan(0);
    expect(left[0]).toBeLessThanOrEqual(5_000);
    expect(left[1]).toBe(2 ** 31 - 1);
  });

  it('gives up Describe, Evict and Program', async () => {
    const { port } = await startCore({ describe: () => undefined, evict: () => undefined, program: () => undefined });
    const core = connect(port, { controlTimeoutMs: 50, programTimeoutMs: 50 });
    await expect(core.describe()).rejects.toEqual(code('deadline_exceeded'));
    await expect(core.evict(shard)).rejects.toEqual(code('deadline_exceeded'));
    await expect(core.program(spec, [new Float32Array(32)])).rejects.toEqual(code('deadline_exceeded'));
  });

  it('gives up a Program whose core takes no more weights, or whose source yields none', async () => {
    const { port } = await startCore({ program: (call) => void call.pause() });
    const core = connect(port, { programTimeoutMs: 300 });
    const endless = function* () {
      for (;;) yield new Float32Array(65_536);
    };
    await expect(core.program(spec, endless())).rejects.toEqual(code('deadline_exceeded'));
    const stuck = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    await expect(core.program(spec, stuck)).rejects.toEqual(code('deadline_exceeded'));
  });

  it('sends weights no faster than the core takes them', async () => {
    let received = 0;
    let go: (() => void) | undefined;
    const { port } = await startCore({
      program: (call: ServerReadableStream<proto.ProgramRequest, proto.ProgramResponse>, callback) => {
        call.pause();
        go = () => call.resume();
        call.on('data', ({ message }: proto.ProgramRequest) => {
          if (message?.$case === 'weights') received += message.weights.length;
        });
        call.on('end', () => callback(UNIMPLEMENTED));
      },
    });
    const core = connect(port);
    let produced = 0;
    const megabyte = 262_144;
    const source = function* () {
      for (; produced < 40; produced++) yield new Float32Array(megabyte);
    };
    const program = core.program(spec, source());
    await until(() => go !== undefined && produced > 0, 'the first weights');
    // Give a client without backpressure every chance to run ahead.
    for (let turn = 0; turn < 200; turn++) await new Promise((next) => setImmediate(next));
    expect(produced).toBeLessThan(30);
    go?.();
    await expect(program).rejects.toEqual(code('core_bad_reply'));
    expect(produced).toBe(40);
    expect(received).toBe(40 * megabyte * 4);
  });
});

describe('GrpcCore in front of a core that is lost', () => {
  it('fails every call in flight at once, and opens another stream for the next', async () => {
    let streams = 0;
    const { port } = await startCore({
      execute: (call) => {
        const stream = ++streams;
        call.on('error', () => undefined);
        call.on('data', (request: proto.ExecuteRequest) => {
          if (stream > 1) call.write(honest(request));
          else if (request.requestId === 'last') call.emit('error', new Error('the core died'));
        });
      },
    });
    const core = connect(port);
    const deadline = Date.now() + 60_000;
    const jobs = ['first', 'last'].map((requestId) => core.execute({ shardId: shard, batch, requestId, deadline }));
    for (const job of await Promise.allSettled(jobs))
      expect(job).toEqual({ status: 'rejected', reason: code('core_unavailable') });
    expect((await execute(core)).y).toHaveLength(16);
    expect(streams).toBe(2);
  });

  it('fails calls in flight when the core ends the stream politely', async () => {
    const core = await answering((_request, call) => call.end());
    await expect(execute(core)).rejects.toEqual(code('core_unavailable'));
  });

  it('fails calls in flight when the connection breaks, and reaches the core that comes back', async () => {
    const { server, port } = await startCore({ execute: (call) => void call.on('data', () => server.forceShutdown()) });
    const core = connect(port);
    await expect(execute(core, 60_000)).rejects.toEqual(code('core_unavailable'));
    await expect(execute(core, 60_000)).rejects.toEqual(code('core_unavailable'));
    await startCore(
      {
        execute: (call) => {
          call.on('data', (request: proto.ExecuteRequest) => call.write(honest(request)));
          call.on('error', () => undefined);
        },
      },
      port,
    );
    const answered = async (): Promise<boolean> =>
      execute(core).then(
        () => true,
        () => false,
      );
    let reached = false;
    await until(async () => (reached ||= await answered()), 'the core that came back');
    expect(reached).toBe(true);
  });

  it('fails at once when nobody listens', async () => {
    const { server, port } = await startCore({});
    server.forceShutdown();
    const core = connect(port);
    const calls = [core.program(spec, [new Float32Array(32)]), execute(core, 60_000), core.describe()];
    for (const call of await Promise.allSettled(calls))
      expect(call).toEqual({ status: 'rejected', reason: code('core_unavailable') });
    await expect(core.evict(shard)).rejects.toThrow(/core-7 \(127\.0\.0\.1:\d+\)/);
  });

  it('fails what is under way when it is closed', async () => {
    const { port } = await startCore({ describe: () => undefined, program: () => undefined, execute: () => undefined });
    const core = connect(port);
    const calls = [core.describe(), core.program(spec, [new Float32Array(32)]), execute(core, 60_000)];
    core.close();
    for (const call of await Promise.allSettled(calls))
      expect(call).toEqual({ status: 'rejected', reason: code('core_unavailable') });
  });
});

describe('GrpcCore in front of a core that refuses', () => {
  const trailers = (value: string): Metadata => {
    const metadata = new Metadata();
    metadata.set(ERROR_CODE_TRAILER, value);
    return metadata;
  };

  it.each([
    [
      'the code of the trailer',
      { code: status.RESOURCE_EXHAUSTED, metadata: trailers('capacity_exceeded') },
      'capacity_exceeded',
    ],
    [
      'the status, where the trailer is nonsense',
      { code: status.INTERNAL, metadata: trailers('toString') },
      'core_unavailable',
    ],
    ['another server’s lack of the service', { code: status.UNIMPLEMENTED }, 'core_bad_reply'],
    ['a status of no meaning', { code: status.UNKNOWN }, 'core_unavailable'],
  ])('goes by %s', async (_, error, expected) => {
    const refusal = { ...error, details: 'the reason' };
    const { port } = await startCore({
      evict: (_call, callback) => callback(refusal),
      program: (_call, callback) => callback(refusal),
    });
    const core = connect(port);
    await expect(core.evict(shard)).rejects.toEqual(code(expected));
    await expect(core.evict(shard)).rejects.toThrow(/the reason/);
    await expect(core.program(spec, [new Float32Array(32)])).rejects.toEqual(code(expected));
  });

  it('refuses a description that makes no sense', async () => {
    const description: proto.DescribeResponse = {
      coreId: 'x',
      pool: proto.Pool.POOL_UNSPECIFIED,
      version: '1',
      profiles: [],
      shards: [],
      residentBytes: 0n,
      capacityBytes: 0n,
      enginePath: '',
    };
    let answer = description;
    const { port } = await startCore({ describe: (_call, callback) => callback(null, answer) });
    const core = connect(port);
    await expect(core.describe()).rejects.toEqual(code('core_bad_reply'));
    answer = {
      ...description,
      pool: proto.Pool.POOL_DIGITAL,
      shards: [{ shardId: 'x', shard: undefined, residentBytes: 0n }],
    };
    await expect(core.describe()).rejects.toEqual(code('core_bad_reply'));
    answer = { ...answer, shards: [] };
    expect(await core.describe()).toMatchObject({ pool: 'digital' });
  });
});
