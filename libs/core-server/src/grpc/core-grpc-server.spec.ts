import { credentials, type ServiceError, status } from '@grpc/grpc-js';
import { floatsToBytes, proto, shardId, type ShardSpec, shardToProto } from '@ohmlight/contracts';
import { ERROR_CODE_TRAILER, GrpcCore } from '@ohmlight/core-client';
import { CONTRACT_CORE, contractDevices } from '@ohmlight/core-client/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { until } from '../../../../test/support/until.js';
import { ShardStore } from '../shard-store.js';
import { WorkQueue } from '../work-queue.js';
import { CoreGrpcServer } from './core-grpc-server.js';
import type { JobObserver } from './job-runner.js';
import { ask, healthClient, reflect, reflectionClient } from '../../testing/standard-clients.js';

const SERVICE = 'ohmlight.core.v1.CoreService';
const spec: ShardSpec = {
  checkpoint: 'nano',
  layer: 1,
  operation: 'down',
  profile: 'exact',
  k: 10,
  n: 10,
  columnStart: 0,
  columnEnd: 10,
  chipSeed: 1n,
};
const id = shardId(spec);
const weights = new Float32Array(100).fill(0.5);
const header: proto.ProgramRequest = {
  message: { $case: 'header', header: { shardId: id, shard: shardToProto(spec), calibration: undefined } },
};
const weightsMessage = (values = weights): proto.ProgramRequest => ({
  message: { $case: 'weights', weights: floatsToBytes(values) },
});
const job = (correlationId: string, change: Partial<proto.ExecuteRequest> = {}): proto.ExecuteRequest => ({
  correlationId,
  shardId: id,
  rowKeys: [{ seed: 1n, position: 2 }],
  activations: floatsToBytes(new Float32Array(10).fill(2)),
  deadlineMs: 0,
  requestId: 'request-1',
  ...change,
});

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).toReversed()) await step();
});

async function start() {
  const queue = new WorkQueue();
  const store = new ShardStore({ devices: contractDevices(), capacityBytes: 1_000_000, queue });
  const observer = { done: vi.fn<JobObserver['done']>(), failed: vi.fn<JobObserver['failed']>() };
  const server = new CoreGrpcServer({ identity: CONTRACT_CORE, store, queue, observer });
  const address = `127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
  const client = new proto.CoreServiceClient(address, credentials.createInsecure());
  cleanup.push(
    () => server.stop(100),
    () => client.close(),
  );
  return { address, client, observer, queue, server, store };
}
type Started = Awaited<ReturnType<typeof start>>;

/** A Program call that the test writes message by message. */
function program({ client }: Started) {
  const { promise, resolve } = Promise.withResolvers<proto.ProgramResponse | ServiceError>();
  const call = client.program((error, response) => resolve(error ?? response));
  return { call, answer: promise };
}

/** An Execute stream that collects its replies. */
function openStream({ client }: Started) {
  const call = client.execute();
  const replies: proto.ExecuteResponse[] = [];
  let ended = false;
  call.on('data', (reply: proto.ExecuteResponse) => replies.push(reply));
  call.on('error', () => undefined);
  call.on('end', () => (ended = true));
  return { call, replies, hasEnded: () => ended };
}

const errorCodes = (replies: proto.ExecuteResponse[]): string[] =>
  replies.map(({ outcome }) => (outcome?.$case === 'error' ? outcome.error.code : 'ok'));

describe('Program', () => {
  it.each([
    ['weights before the header', [weightsMessage()], 'invalid_shard'],
    ['two headers', [header, header], 'invalid_shard'],
    ['an empty message', [{ message: undefined }], 'invalid_shard'],
    ['nothing', [], 'invalid_shard'],
    [
      'a header of another name',
      [
        {
          message: { $case: 'header', header: { shardId: 'other', shard: shardToProto(spec), calibration: undefined } },
        },
      ],
      'invalid_shard',
    ],
    [
      'a header without a shard',
      [{ message: { $case: 'header', header: { shardId: '', shard: undefined } } }],
      'invalid_shard',
    ],
    [
      'a chunk that cuts a value',
      [header, { message: { $case: 'weights', weights: Buffer.alloc(6) } }],
      'invalid_shard',
    ],
  ] as [string, proto.ProgramRequest[], string][])('refuses %s with status and code', async (_, messages, code) => {
    const core = await start();
    const { call, answer } = program(core);
    for (const message of messages) call.write(message);
    call.end();
    const error = (await answer) as ServiceError;
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(error.metadata.get(ERROR_CODE_TRAILER)).toEqual([code]);
    expect(core.store.list()).toEqual([]);
  });

  it('derives the name of a shard whose header has none', async () => {
    const core = await start();
    const { call, answer } = program(core);
    call.write({
      message: { $case: 'header', header: { shardId: '', shard: shardToProto(spec), calibration: undefined } },
    });
    call.write(weightsMessage());
    call.end();
    expect(await answer).toMatchObject({ shard: { shardId: id }, alreadyHeld: false });
  });

  it('keeps nothing of a stream that breaks half-way', async () => {
    const core = await start();
    const { call, answer } = program(core);
    call.write(header);
    call.write(weightsMessage(weights.subarray(0, 60)));
    const waiting = program(core);
    waiting.call.write(header);
    waiting.call.write(weightsMessage());
    waiting.call.end();
    call.cancel();
    expect(await answer).toMatchObject({ code: status.CANCELLED });
    // Whichever of the two the core saw first, the whole one gets its shard programmed.
    expect(await waiting.answer).toMatchObject({ alreadyHeld: false });
    expect(core.store.residentBytes).toBe(400);
  });

  it('answers before the weights come when the shard is held, and takes the rest of the stream', async () => {
    const core = await start();
    await core.store.program(spec, async (buffer) => buffer.append(floatsToBytes(weights)));
    const { call, answer } = program(core);
    call.write(header);
    expect(await answer).toMatchObject({ alreadyHeld: true, shard: { shardId: id } });
    call.end();
  });
});

describe('Execute', () => {
  const programmed = async (): Promise<Started> => {
    const core = await start();
    await core.store.program(spec, async (buffer) => buffer.append(floatsToBytes(weights)));
    return core;
  };

  it('answers each job by its correlation id and outlives failing jobs', async () => {
    const core = await programmed();
    const { call, replies } = openStream(core);
    call.write(job('a'));
    call.write(job('b', { shardId: 'unknown' }));
    call.write(job('c', { activations: Buffer.alloc(7) }));
    call.write(job('d', { rowKeys: [] }));
    call.write(job('e', { activations: floatsToBytes(new Float32Array(10).fill(Number.NaN)) }));
    call.write(job('f'));
    await until(() => replies.length === 6, 'six replies');
    expect(replies.map(({ correlationId }) => correlationId)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(errorCodes(replies)).toEqual(['ok', 'shard_not_held', 'invalid_job', 'invalid_job', 'invalid_job', 'ok']);
    expect(core.observer.done).toHaveBeenCalledTimes(2);
    expect(core.observer.failed).toHaveBeenCalledTimes(4);
    call.cancel();
  });

  it('refuses a job whose reply would not fit, rather than end the stream', async () => {
    const core = await start();
    const wide = { ...spec, k: 1, n: 100_000, columnEnd: 100_000 };
    await core.store.program(wide, async (buffer) => buffer.append(floatsToBytes(new Float32Array(100_000))));
    const { call, replies } = openStream(core);
    const rows = 100;
    const rowKeys = Array.from({ length: rows }, () => ({ seed: 1n, position: 1 }));
    call.write(job('wide', { shardId: shardId(wide), rowKeys, activations: Buffer.alloc(rows * 4) }));
    call.write(job('next'));
    await until(() => replies.length === 2, 'two replies');
    expect(errorCodes(replies)).toEqual(['invalid_job', 'shard_not_held']);
    call.cancel();
  });

  it('does not begin a job that waited past its deadline', async () => {
    const core = await programmed();
    const { call, replies } = openStream(core);
    // Holds the engine until a job waits behind it, and then until that job's millisecond is over.
    const hold = (): void => {
      if (core.queue.waiting === 0) return void core.queue.run(hold);
      const end = performance.now() + 5;
      while (performance.now() < end);
    };
    void core.queue.run(hold);
    call.write(job('late', { deadlineMs: 1 }));
    call.write(job('patient', { deadlineMs: 60_000 }));
    await until(() => replies.length === 2, 'two replies');
    expect(errorCodes(replies)).toEqual(['deadline_exceeded', 'ok']);
    call.cancel();
  });

  it('ends its side once a client that has said all has all its replies', async () => {
    const core = await programmed();
    const stream = openStream(core);
    for (let i = 0; i < 100; i++) stream.call.write(job(String(i)));
    stream.call.end();
    await until(stream.hasEnded, 'the end of the stream');
    expect(stream.replies).toHaveLength(100);
  });

  it('stops reading while a client does not take its replies', async () => {
    const core = await programmed();
    const { call, replies } = openStream(core);
    // A grpc-js client holds back the transport only once it has begun to read.
    call.once('data', () => call.pause());
    const jobs = 250;
    const rows = 200;
    const activations = floatsToBytes(new Float32Array(10 * rows).fill(2));
    const rowKeys = Array.from({ length: rows }, () => ({ seed: 1n, position: 1 }));
    for (let i = 0; i < jobs; i++) call.write(job(String(i), { activations, rowKeys }));
    const ran = (): number => core.observer.done.mock.calls.length;
    let before = -1;
    await until(() => {
      const stands = ran() > 0 && ran() === before && core.queue.waiting === 0;
      before = ran();
      return stands;
    }, 'the core to stand still');
    expect(ran()).toBeLessThan(jobs);
    call.resume();
    await until(() => replies.length === jobs, 'all replies', 20_000);
    expect(new Set(errorCodes(replies))).toEqual(new Set(['ok']));
    call.cancel();
  });

  it('serves health checks while jobs wait', async () => {
    const core = await programmed();
    const { call, replies } = openStream(core);
    for (let i = 0; i < 50; i++) call.write(job(String(i)));
    const health = healthClient(core.address);
    cleanup.push(() => health.close());
    expect(await ask(health, 'check', { service: SERVICE })).toEqual({ status: 'SERVING' });
    await until(() => replies.length === 50, 'all replies');
    call.cancel();
  });
});

describe('stop', () => {
  it('reports NOT_SERVING, finishes what had arrived, refuses what comes, and ends the streams', async () => {
    const core = await start();
    await core.store.program(spec, async (buffer) => buffer.append(floatsToBytes(weights)));
    const health = healthClient(core.address);
    cleanup.push(() => health.close());
    for (const service of ['', SERVICE]) expect(await ask(health, 'check', { service })).toEqual({ status: 'SERVING' });

    const stream = openStream(core);
    stream.call.write(job('before'));
    await until(() => stream.replies.length === 1, 'the first reply');
    // A piece of work that does not end by itself keeps the core in its grace.
    let release = false;
    const keepBusy = (): void => void core.queue.run(() => void (release || keepBusy()));
    keepBusy();
    const stopped = core.server.stop(10_000);
    expect(await ask(health, 'check', { service: SERVICE })).toEqual({ status: 'NOT_SERVING' });
    stream.call.write(job('after'));
    const late = program(core);
    late.call.write(header);
    late.call.end();
    expect(((await late.answer) as ServiceError).metadata.get(ERROR_CODE_TRAILER)).toEqual(['shutting_down']);
    await until(() => stream.replies.length === 2, 'the refusal');
    expect(errorCodes(stream.replies)).toEqual(['ok', 'shutting_down']);
    release = true;
    await stopped;
    await until(stream.hasEnded, 'the end of the stream');
  });

  it('names the port that is taken and the remedy', async () => {
    const { address } = await start();
    const port = Number(address.split(':')[1]);
    const queue = new WorkQueue();
    const store = new ShardStore({ devices: [], capacityBytes: 1, queue });
    const observer = { done: () => undefined, failed: () => undefined };
    const second = new CoreGrpcServer({ identity: CONTRACT_CORE, store, queue, observer });
    await expect(second.listen('127.0.0.1', port)).rejects.toThrow(
      new RegExp(`^port ${port} is taken .*OHMLIGHT_GRPC_PORT`),
    );
    await second.stop(0);
  });
});

describe('health and reflection', () => {
  it('knows no other service', async () => {
    const { address } = await start();
    const health = healthClient(address);
    cleanup.push(() => health.close());
    await expect(ask(health, 'check', { service: 'ffn' })).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  it('lists its services and describes them to a caller without proto files', async () => {
    const { address } = await start();
    const reflection = reflectionClient(address);
    cleanup.push(() => reflection.close());
    const answers = await reflect(reflection, [{ list_services: '*' }, { file_containing_symbol: SERVICE }]);
    expect(answers[0]).toMatchObject({
      list_services_response: { service: [{ name: SERVICE }, { name: 'grpc.health.v1.Health' }] },
    });
    const { file_descriptor_proto: files } = answers[1]!['file_descriptor_response'] as {
      file_descriptor_proto: Buffer[];
    };
    const text = Buffer.concat(files).toString('latin1');
    for (const name of ['ExecuteRequest', 'correlation_id', 'ProgramHeader', 'Evict']) expect(text).toContain(name);
  });

  it('serves two clients at once', async () => {
    const { address, store } = await start();
    const cores = [1, 2].map(() => new GrpcCore({ address }));
    cleanup.push(() => cores.forEach((core) => core.close()));
    const [first, second] = cores as [GrpcCore, GrpcCore];
    await first.program(spec, [weights]);
    const batch = {
      rows: 1,
      x: new Float32Array(10).fill(1),
      seeds: BigUint64Array.of(1n),
      positions: Uint32Array.of(1),
    };
    const call = { shardId: id, batch, requestId: 'r', deadline: Date.now() + 10_000 };
    const replies = await Promise.all([first.execute(call), second.execute(call)]);
    expect(replies.map(({ y }) => y[9])).toEqual([5, 5]);
    expect(store.list()).toHaveLength(1);
  });
});
