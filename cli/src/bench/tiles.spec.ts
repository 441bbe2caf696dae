import { beforeAll, describe, expect, it } from 'vitest';
import type { Terminal } from '../terminal.js';
import type { TilesOptions } from './options.js';
import type { BenchRow } from './rows.js';
import { benchTiles } from './tiles.js';

const OPTIONS: TilesOptions = {
  json: true,
  rows: [1, 5],
  matrices: [{ k: 64, n: 96, tileRows: 32 }],
  threads: [1, 2],
  rounds: 2,
  peers: false,
  python: 'python3',
};

async function output(options: TilesOptions): Promise<string[]> {
  const lines: string[] = [];
  const terminal: Terminal = {
    line: (text) => lines.push(text),
    status: (text) => {
      if (options.json && text) throw new Error('a status line among JSON');
    },
    interactive: true,
    columns: 200,
  };
  await benchTiles(options, terminal);
  return lines;
}

describe('bench tiles --json', () => {
  let lines: string[] = [];
  let rows: BenchRow[] = [];
  let rest: Record<string, unknown> = {};
  beforeAll(async () => {
    lines = await output(OPTIONS);
    ({ rows, ...rest } = JSON.parse(lines[0]!) as { rows: BenchRow[] });
  });

  it('prints one object and nothing else', () => {
    expect(lines).toHaveLength(1);
  });

  it('has a row for every kernel, path, number of rows and threads', () => {
    const names = rows.map(({ kernel, path, rows, threads }) => `${kernel} ${path} ${rows} ${threads}`);
    const paths = (rest['paths'] as { offered: string[] }).offered;
    expect(paths).toContain('portable');
    expect(new Set(names).size).toBe(rows.length);
    // The bare product runs on one thread.
    expect(rows).toHaveLength(paths.length * 2 * (5 + 4));
  });

  it('has the documented fields in every row', () => {
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        'kernel',
        'path',
        'rows',
        'k',
        'n',
        'threads',
        'gops',
        'ratio_openblas',
        'ratio_aihwkit',
        'gops_p10',
        'gops_p90',
        'gops_best',
        'seconds',
        'samples',
        'calls_per_sample',
        'tile_rows',
        'noise',
        'bytes_per_weight',
        'detail',
      ]);
      expect([row.k, row.n, row.samples]).toEqual([64, 96, 2]);
      expect(row.gops).toBeGreaterThan(0);
      expect(row.gops_best).toBeGreaterThanOrEqual(row.gops);
      expect(row.seconds * row.gops * 1e9).toBeCloseTo(2 * row.rows * row.k * row.n, 0);
      expect(row.ratio_openblas).toBeNull();
    }
  });

  it('counts the bytes of a weight', () => {
    expect(rows.find(({ kernel }) => kernel === 'f32')!.bytes_per_weight).toBe(4);
    expect(rows.find(({ kernel }) => kernel === 'readout')!.bytes_per_weight).toBeGreaterThan(2);
  });
});

describe('bench tiles', () => {
  it('prints a table with a line for every figure', async () => {
    const lines = await output({ ...OPTIONS, json: false, rows: [1], threads: [1] });
    expect(lines.filter((line) => line.includes('64×96')).length).toBeGreaterThanOrEqual(5);
  });

  it('goes on without a peer that cannot be had, and says why', async () => {
    const without = await output({
      ...OPTIONS,
      rows: [1],
      threads: [1],
      peers: ['openblas'],
      python: 'no-such-python',
    });
    const { rows, missing } = JSON.parse(without[0]!) as { rows: BenchRow[]; missing: unknown };
    expect(rows.length).toBeGreaterThanOrEqual(5);
    expect(missing).toEqual([
      { peer: 'openblas', reason: 'there is no no-such-python', remedy: expect.stringContaining('--python') },
    ]);
  });

  it('checks the kernels instead', async () => {
    const [text] = await output({ ...OPTIONS, check: true });
    const { checks } = JSON.parse(text!) as { checks: { different: number }[] };
    expect(checks.length).toBeGreaterThanOrEqual(12);
    expect(checks.every(({ different }) => different === 0)).toBe(true);
  });
});
