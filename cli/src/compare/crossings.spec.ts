import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { subjectOf } from '@ohmlight/evaluation';
import { renderFigure } from '@ohmlight/plots';
import { parseModelShape } from '@ohmlight/projection';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crossingColumns, rangesText } from './crossing-columns.js';
import { crossingFigure } from './crossing-figure.js';
import { crossingMarkers, updateCrossings } from './crossing-markdown.js';
import { type Crossings, crossingsOf } from './crossings.js';
import { defaultOpponents } from './options.js';
import { compareShapes } from './shapes.js';

const profiles = loadProfiles('profiles');
const NANO = 'models/nano/config.json';
const shape = parseModelShape(JSON.parse(readFileSync(NANO, 'utf8')), NANO);
/** One position: the digital unit has next to nothing to do. */
const shapes = { shape, shardColumns: 1024, context: 1, elementBytes: 4 };
const subjects = (...names: string[]) => names.map((name) => subjectOf(profiles, name));
const between = (names: string[], batches = [1, 1024, 1_048_576]): Crossings =>
  crossingsOf(subjects(...names), subjects('digital-fp32'), batches, shapes);

describe('crossings with the digital pool', () => {
  const { rows, others } = between(['digital-fp32', 'phase-mask', 'homodyne-tfln', 'pcm-standard']);
  const mask = rows[1]!;

  it('are of what is costed by shapes, and tell the others', () => {
    expect(rows.map(({ placement }) => placement)).toEqual(['digital-fp32', 'phase-mask', 'homodyne-tfln']);
    expect(others).toEqual(['pcm-standard']);
    expect(rows[0]!.crossing).toEqual([]);
  });

  it('stand where loads and rows of both say', () => {
    const fp32 = rows[0]!;
    const [{ joules, seconds }] = mask.crossing as [(typeof mask.crossing)[0]];
    // Between one row and as many as the accelerator is bound by arithmetic both are straight lines: their meeting point.
    const from = joules.ranges[0]!.from;
    const at = between(['digital-fp32', 'phase-mask'], [from - 1, from]).rows.map(({ batches }) => batches);
    expect(at[1]![0]!.joules).toBeGreaterThanOrEqual(at[0]![0]!.joules);
    expect(at[1]![1]!.joules).toBeLessThan(at[0]![1]!.joules);
    expect(joules.ranges).toEqual([{ from, to: null }]);
    expect(from / ((mask.joules - fp32.joules) / (fp32.row_joules - mask.row_joules))).toBeCloseTo(1, 2);
    // A row takes a symbol of every tile, one after the other, and longer than on the accelerator: no batch will do.
    expect(seconds.ranges).toEqual([]);
    expect(seconds.row_ratio).toBeCloseTo(mask.row_seconds / fp32.row_seconds, 12);
    expect(mask.row_seconds).toBeCloseTo((4 * shape.layers + 1) * 1e-7, 12);
    expect(mask.reload_seconds).toBeCloseTo((4 * shape.layers + 1) / 60, 9);
  });

  it('are refused against what follows from activations', () => {
    expect(() => crossingsOf([], subjects('pcm-standard'), [1], shapes)).toThrow(
      /pcm-standard.*--against.*digital-fp32/,
    );
  });

  it('read as batches, or as what stands in the way', () => {
    const one = { ranges: [], ratio: 3, row_ratio: 3 };
    expect(rangesText(one, 64)).toBe('never: a row 3.00×');
    expect(rangesText({ ...one, row_ratio: 0.5 }, 64)).toBe('beyond 64');
    expect(rangesText({ ...one, ranges: [{ from: 1, to: null }] }, 64)).toBe('always');
    const ranges = [
      { from: 1, to: 9 },
      { from: 40, to: null },
    ];
    expect(rangesText({ ...one, ranges }, 64)).toBe('1 to 9, from 40');
    const columns = crossingColumns(rows);
    expect(columns.map(({ cell }) => cell(rows[0]!)).filter((cell) => cell === '–')).toHaveLength(2);
    for (const row of rows) for (const { cell } of columns) expect(cell(row)).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('are drawn over the batch, a panel for time and one for energy', () => {
    const svg = renderFigure(crossingFigure(rows, 'nano'));
    expect(svg).toContain('phase-mask');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
    expect(crossingFigure(rows, 'nano').panels).toHaveLength(2);
  });
});

describe('ohmlight compare --shapes', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ohmlight-shapes-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  const run = async (options: Partial<Parameters<typeof compareShapes>[0]>): Promise<string> => {
    const lines: string[] = [];
    const terminal = { columns: 200, line: (text: string) => void lines.push(text) } as never;
    const defaults = {
      amortise: 1e9,
      maxTokens: 1,
      seed: 1n,
      checkpoint: { name: 'nano', directory: 'models/nano' },
      cache: false,
    };
    await compareShapes({ ...defaults, shapes: NANO, batches: [1, 64], ...options }, terminal);
    return lines.join('\n');
  };

  it('prints the table of a config.json, of its directory, or of any other name', async () => {
    const table = await run({});
    expect(table).toMatch(/^nano by its shapes, shards of at most 1024 columns/);
    expect(table).toContain('waiting for the digital unit at a context of 512, elements of 4 bytes');
    expect(table).toContain('Not by shapes alone: ');
    expect(await run({ shapes: 'models/nano' })).toBe(table);
    expect(await run({ shapes: 'llama-3.1-8b', placements: ['phase-mask'] })).toMatch(/^llama-3\.1-8b by/);
  });

  it('prints JSON, and nothing else', async () => {
    const { rows } = JSON.parse(await run({ json: true, placements: ['phase-mask'] })) as Crossings;
    expect(rows.map(({ placement }) => placement)).toEqual([...defaultOpponents(profiles), 'phase-mask']);
    expect(rows.at(-1)!.crossing[0]).toMatchObject({ against: 'digital-fp32', joules: { ranges: [] } });
  });

  it('writes its table between markers, and a plot', async () => {
    const page = join(directory, 'page.md');
    const { begin, end } = crossingMarkers('nano');
    await writeFile(page, `before\n${begin}\nold\n${end}\nafter\n`);
    const svg = join(directory, 'plot.svg');
    await run({ markdown: [page], svg });
    const text = await readFile(page, 'utf8');
    expect(text).toMatch(/^before\n<!-- crossings of nano/);
    expect(text).toContain('| `phase-mask` |');
    expect(text).not.toContain('old');
    expect(await readFile(svg, 'utf8')).toMatch(/^<svg/);
    await updateCrossings(page, 'nano', 'again', between(['digital-fp32', 'phase-mask']).rows);
    expect(await readFile(page, 'utf8')).toMatch(/again:[^]*after\n$/);
  });

  it.each([
    [{ shapes: 'models/none.json' }, /models\/none\.json cannot be read \(ENOENT\); name a config\.json/],
    [{ shapes: 'README.md' }, /README\.md is not JSON; name a config\.json/],
    [{ shapes: 'gpt-5' }, /no model "gpt-5"; name llama-3\.1-8b/],
    [{ shapes: 'mixtral-8x7b' }, /has experts.*ohmlight project --model mixtral-8x7b/],
    [{ context: 513 }, /a context of 513 is more than the 512 that nano has/],
    [{ placements: ['pcm-standard'] }, /pcm-standard.*leave it out/],
    [{ placements: ['dreams'] }, /no placement "dreams"/],
    [{ against: ['pcm-standard'] }, /--against/],
    [{ svg: '/nowhere/plot.svg' }, /cannot be written \(ENOENT\)/],
    [{ markdown: ['README.md'] }, /lacks the markers/],
    [{ markdown: ['nowhere.md'] }, /nowhere\.md cannot be written \(ENOENT\)/],
  ])('refuses %j in one line', async (options, reason) => {
    const failure = run(options);
    await expect(failure).rejects.toThrow(reason);
    await expect(failure).rejects.toThrow(/^[^\n]+$/);
  });
});
