import { describe, expect, it } from 'vitest';
import { createLogger } from './logger.js';

function capture() {
  const lines: Record<string, unknown>[] = [];
  return { lines, stream: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) } };
}

describe('createLogger', () => {
  it('writes one JSON object a line with service, id and an ISO time', () => {
    const { lines, stream } = capture();
    createLogger('gateway', 'gateway-1', 'info', stream).info('ready');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ service: 'gateway', id: 'gateway-1', msg: 'ready', level: 30 });
    expect(new Date(lines[0]!['time'] as string).toISOString()).toBe(lines[0]!['time']);
  });

  it('carries the request id on every line of a child', () => {
    const { lines, stream } = capture();
    const log = createLogger('dispatcher', 'dispatcher-1', 'info', stream).child({ request_id: 'req-7' });
    log.info('taken');
    log.error({ err: new Error('core lost') }, 'retried');
    expect(lines.map((line) => line['request_id'])).toEqual(['req-7', 'req-7']);
    expect(lines[1]).toMatchObject({ msg: 'retried', err: { type: 'Error', message: 'core lost' } });
  });

  it('leaves out what is below the level', () => {
    const { lines, stream } = capture();
    const log = createLogger('gateway', 'gateway-1', 'warn', stream);
    log.info('not this');
    log.warn('this');
    expect(lines.map((line) => line['msg'])).toEqual(['this']);
    createLogger('gateway', 'gateway-1', 'silent', stream).fatal('nor this');
    expect(lines).toHaveLength(1);
  });
});
