import { readFileSync } from 'node:fs';
import { emptyLedger } from '@ohmlight/contracts';
import { loadProfiles } from '@ohmlight/devices';
import { allPlacements, BATCHES, type Evaluation, subjectOf } from '@ohmlight/evaluation';
import { describe, expect, it } from 'vitest';
import { COMPARE_MARKERS, withTable } from './markdown.js';
import { printRows } from './print.js';
import { renderCompareReport } from './report.js';
import { type CompareRow, rowOf } from './rows.js';

const profiles = loadProfiles('profiles');

/** An evaluation with numbers that are easy to follow. */
function evaluationOf(placement: string, nats: number): Evaluation {
  const step = (batch: number) => ({
    ...emptyLedger(),
    seconds: 1e-6 * batch,
    joules: { adc: 2e-6, idle: 1e-6 },
    macs: 1e6,
  });
  return {
    placement,
    tokens: 100,
    nats,
    klNats: 0.01,
    agreement: 0.9,
    errors: [
      { layer: 0, operation: 'qkv', rows: 100, snrDecibels: 20, relativeError: 0.1, cosine: 0.99 },
      { layer: 1, operation: 'qkv', rows: 100, snrDecibels: 20, relativeError: 0.1, cosine: 0.99 },
      { layer: 2, operation: 'lm_head', rows: 100, snrDecibels: 180, relativeError: 0, cosine: 1 },
    ],
    ledger: { ...emptyLedger(), seconds: 1, joules: { adc: 1, idle: 2 } },
    digitalUnit: emptyLedger(),
    decode: BATCHES.map((batch) => ({ batch, ledger: step(batch), digitalUnit: { seconds: 0, joules: 0 } })),
    residency: {
      shards: 3,
      tiles: 4,
      chips: placement === 'hybrid' ? 0.25 : null,
      squareMetres: placement === 'digital-fp32' ? null : 2e-6,
      ledger: emptyLedger(),
    },
  };
}

const rows: CompareRow[] = ['digital-fp32', 'crossbar-basic', 'hybrid'].map((name, i) =>
  rowOf(subjectOf(profiles, name), evaluationOf(name, Math.log(2 + i)), 2),
);

const { begin, end } = COMPARE_MARKERS;

describe('a row', () => {
  it('follows from the ledgers by the formulas of the page', () => {
    expect(rows[1]).toMatchObject({
      placement: 'crossbar-basic',
      pool: 'electronic',
      perplexity_ratio: expect.closeTo(1.5, 12),
      seconds_per_token: 1e-6,
      tokens_per_second: expect.closeTo(1e6, 3),
      joules_per_token: expect.closeTo(3e-6, 15),
      watts: expect.closeTo(3, 12),
      tops_per_watt: expect.closeTo(2e6 / 3e-6 / 1e12, 9),
      square_metres: 2e-6,
      run: { joules: 3, joules_by_component: { adc: 1, idle: 2 } },
    });
    expect(rows[1]!.snr_decibels.qkv).toBeCloseTo(20, 9);
    expect(rows[1]!.batches.at(-1)).toMatchObject({ batch: 64, tokens_per_second: expect.closeTo(1e6, 3) });
    expect(rows[2]!.pool).toBe('mixed');
  });
});

describe('the table', () => {
  it('is one where it fits and three where it does not', () => {
    expect(printRows(rows, 240)).toHaveLength(2 + rows.length);
    const narrow = printRows(rows, 110);
    expect(narrow).toHaveLength(3 * (2 + rows.length) + 2);
    expect(narrow.join('\n')).toMatch(/crossbar-basic +3\.000 +0\.0100 +90\.0 % +20\.0 +exact/);
    expect(narrow.join('\n')).toMatch(/crossbar-basic +0\.00100 +1\.00e\+6 +0\.00300 +3\.00 +0\.667 +4 +– +2\.00\n/);
    expect(narrow.join('\n')).toMatch(/crossbar-basic +0 +0 % +100 % +0\n/);
  });

  it('has the band of the energy where a profile gives one', () => {
    const banded = { ...rows[1]!, joules_per_token_low: 1e-6, joules_per_token_high: 9e-6 };
    expect(printRows(rows, 300).join('\n')).not.toContain('low …');
    expect(printRows([rows[0]!, banded], 300).join('\n')).toContain('0.00100 … 0.00900');
  });

  const setting = { order: rows.map(({ placement }) => placement), caption: 'nano on 2 documents' };

  it('stands between its markers in Markdown', () => {
    const page = `before\n${begin}\nold\n${end}\nafter\n`;
    const text = withTable(page, rows, setting, 'page.md');
    expect(text).toMatch(/^before\n<!-- compare.*-->\n\nnano on 2 documents:\n\n\| placement \|/);
    expect(text).toContain('| `hybrid` | 4.000 |');
    expect(text).not.toContain('old');
    expect(text.endsWith(`\n\n${end}\nafter\n`)).toBe(true);
    expect(withTable(text, rows, setting, 'page.md')).toBe(text);
    expect(() => withTable('no markers', rows, setting, 'page.md')).toThrow(/page\.md lacks the markers/);
  });

  it('takes the rows of a few placements in among the others, in order, and forgets those that are gone', () => {
    const page = withTable(`${begin}\n${end}\n`, [rows[0]!, rows[2]!], setting, 'page.md');
    const better = { ...rows[1]!, perplexity: 2.5 };
    const text = withTable(page, [better], setting, 'page.md');
    expect(text).toBe(withTable(page, [rows[0]!, better, rows[2]!], setting, 'page.md'));
    expect(withTable(text, [better], { ...setting, order: ['crossbar-basic'] }, 'page.md')).not.toContain('hybrid');
    // Its columns are all there are, whatever the rows have.
    const other = { ...better, snr_decibels: { ffn: 3 }, joules_per_token_low: 1e-6 };
    expect(withTable(page, [other], setting, 'page.md').split('\n')[4]).toBe(page.split('\n')[4]);
    const refusal = /other columns or is of another text; run .* without --placements/;
    const changed = page.replace('| perplexity |', '| ppl |');
    expect(() => withTable(changed, [better], setting, 'page.md')).toThrow(refusal);
    expect(() => withTable(page, [better], { ...setting, caption: 'nano on 3 documents' }, 'page.md')).toThrow(refusal);
  });
});

describe('the report', () => {
  const setting = {
    input: {
      checkpoint: { name: 'nano', directory: '' },
      windows: [],
      reference: subjectOf(profiles, 'digital-fp32'),
      shardColumns: 1024,
      chipSeed: 1n,
    },
    source: '/somewhere/stories.txt',
    documents: 2,
  };

  it('stands alone: every plot within, no script, no request', () => {
    const html = renderCompareReport(rows, setting);
    expect(html.match(/<figure>/g)).toHaveLength(4);
    expect(html).not.toMatch(/<script|src=|@import|url\(/);
    expect(html).not.toMatch(/NaN|Infinity|undefined|somewhere/);
    for (const { placement } of rows) expect(html).toContain(placement);
    expect(renderCompareReport(rows, setting)).toBe(html);
  });

  it('does without errors where there is the reference alone', () => {
    expect(renderCompareReport(rows.slice(0, 1), setting).match(/<figure>/g)).toHaveLength(3);
  });
});

describe.each(['README.md', 'docs/guides/compare.md'])('%s', (file) => {
  it('has a row for every shipped placement, and for no other', () => {
    const text = readFileSync(file, 'utf8');
    const table = text.slice(text.indexOf(begin), text.indexOf(end));
    const named = [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named).toEqual(allPlacements(profiles));
  });
});
