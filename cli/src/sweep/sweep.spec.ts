import { emptyLedger } from '@ohmlight/contracts';
import { BATCHES, type Evaluation } from '@ohmlight/evaluation';
import { describe, expect, it } from 'vitest';
import type { Axis } from './axis.js';
import { printSweep } from './print.js';
import { paretoFigure, renderSweepReport } from './report.js';
import { doneRow, sweepCsv, type SweepRow, withFront } from './rows.js';

function evaluationOf(klNats: number, joules: number): Evaluation {
  const step = (batch: number) => ({
    ...emptyLedger(),
    seconds: 1e-6,
    joules: { adc: joules, memory: 1e-6 },
    macs: 1e6 * batch,
  });
  return {
    placement: 'x',
    tokens: 100,
    nats: Math.log(2),
    klNats,
    agreement: 0.9,
    errors: [{ layer: 0, operation: 'qkv', rows: 100, snrDecibels: 20, relativeError: 0.1, cosine: 0.99 }],
    ledger: emptyLedger(),
    digitalUnit: emptyLedger(),
    decode: BATCHES.map((batch) => ({ batch, ledger: step(batch), digitalUnit: { seconds: 0, joules: 1e-6 } })),
    residency: { shards: 1, tiles: 4, chips: null, squareMetres: 2e-6, ledger: emptyLedger() },
  };
}

const axes: Axis[] = [
  { field: 'adc_bits', values: [4, 6, 8] },
  { field: 'scheme', values: ['a'] },
];
const point = (bits: number) => ({ adc_bits: bits, scheme: 'a' });
const rows = withFront([
  doneRow(point(4), evaluationOf(0.1, 1e-6)),
  { point: point(6), front: false, outcome: 'invalid', reason: 'parameters.x: "no", it says' },
  doneRow(point(8), evaluationOf(0.01, 2e-6)),
  doneRow(point(8), evaluationOf(0.02, 3e-6)),
]);

describe('the points of a sweep', () => {
  it('have energy with and without the digital unit, and a front', () => {
    const [first] = rows as (SweepRow & { joules_per_token: number; matmul_joules: number })[];
    expect(first!.joules_per_token).toBeCloseTo(2e-6, 15);
    expect(first!.matmul_joules).toBeCloseTo(1e-6, 15);
    expect(rows.map(({ front }) => front)).toEqual([true, false, true, false]);
  });

  it('are lines of CSV, quoted where they must be', () => {
    const lines = sweepCsv(['adc_bits', 'scheme'], rows).trimEnd().split('\n');
    expect(lines[0]).toMatch(/^adc_bits,scheme,outcome,reason,front,tokens,.*,tiles,snr_decibels_qkv$/);
    expect(lines[1]).toMatch(/^4,a,done,,true,100,2,0\.1,0\.9,/);
    expect(lines[2]).toMatch(/^6,a,invalid,"parameters\.x: ""no"", it says",false,,/);
    expect(new Set(lines.slice(1).map((line) => line.replace(/"[^"]*(""[^"]*)*"/, '').split(',').length)).size).toBe(1);
  });

  it('are a table without reasons where every point is done', () => {
    const done = rows.filter(({ outcome }) => outcome === 'done');
    const [head, ...lines] = printSweep(['adc_bits', 'scheme'], done, 200);
    expect(head).not.toContain('why not');
    expect(lines).toHaveLength(1 + done.length);
  });

  it('are a table with the reasons, and a page with a plot', () => {
    expect(printSweep(['adc_bits', 'scheme'], rows, 200).join('\n')).toMatch(
      /\* +8 +a +2\.000 +0\.0100 .*3\.00 +2\.00/,
    );
    const setting = {
      input: { checkpoint: { name: 'nano', directory: '' }, chipSeed: 1n, shardColumns: 1024 } as never,
      source: '/somewhere/text.txt',
      documents: 1,
    };
    const html = renderSweepReport('pcm-standard', axes, rows, setting);
    expect(html).toContain('adc_bits = 8');
    expect(html).toContain('parameters.x: &quot;no&quot;');
    expect(html).not.toMatch(/<script|src=|NaN|Infinity|undefined|somewhere/);
    expect(paretoFigure('pcm-standard', axes, rows).panels).toHaveLength(2);
  });
});
