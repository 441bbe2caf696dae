import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { type Crossing, knownModel, QUANTITIES } from '@ohmlight/projection';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../paths.js';
import { verdictOf } from './columns.js';
import { batchGrid, contextGrid } from './grids.js';
import { parseElementBytes, parseTokens } from '../compare/options.js';
import { parseCounts, type ProjectOptions } from './options.js';
import { projectModel } from './project.js';
import { crossingsOf, rivalsOf, runProjections } from './run.js';

const directory = mkdtempSync(join(tmpdir(), 'ohmlight-project-'));
const options: ProjectOptions = {
  model: 'qwen2.5-0.5b',
  batch: [1, 8],
  context: [512],
  placements: ['h200', 'sram-c2c-22nm', 'homodyne-tfln'],
  devices: 1,
  amortise: 1e9,
  elementBytes: 2,
};

async function printed(changes: Partial<ProjectOptions>): Promise<string> {
  const lines: string[] = [];
  const terminal = {
    interactive: false,
    columns: 200,
    line: (text: string) => void lines.push(text),
    status: () => {},
  };
  await projectModel({ ...options, ...changes }, terminal);
  return lines.join('\n');
}

describe('ohmlight project', { timeout: 120_000 }, () => {
  it('prints one object with a row for each placement, batch and context, and crossings', async () => {
    const { model, rows, crossings } = JSON.parse(await printed({ json: true })) as {
      model: Record<string, unknown>;
      rows: { placement: string; batch: number; joules_per_token: number }[];
      crossings: Crossing[];
    };
    expect(Number(model['parameters'])).toBeGreaterThan(4.9e8);
    expect(model).toMatchObject({ layers: 24, kv_heads: 2, head_dim: 64, vocab_size: 151936, tied: true });
    expect(rows.map(({ placement, batch }) => `${placement} ${batch}`)).toEqual([
      'h200 1',
      'h200 8',
      'sram-c2c-22nm 1',
      'sram-c2c-22nm 8',
      'homodyne-tfln 1',
      'homodyne-tfln 8',
    ]);
    // Two placements, in energy and time, along batch at one context and along context at two batches.
    expect(crossings).toHaveLength(2 * 2 * 3);
    expect(new Set(crossings.map(({ rival }) => rival))).toEqual(new Set(['h200']));
  });

  it('prints tables that name the model and what is assumed, and writes a report that needs no other file', async () => {
    const html = join(directory, 'report.html');
    const text = await printed({ html });
    expect(text).toContain('qwen2.5-0.5b, 0.494 G parameters: decode steps of 1, 8 sequences at a context of 512');
    expect(text).toContain('programming spread over 1e+9 tokens');
    const page = readFileSync(html, 'utf8');
    expect(page.match(/<figure>/g)).toHaveLength(3);
    expect(page).not.toMatch(/<script|src="http/);
  });

  it.each<[Partial<ProjectOptions>, string]>([
    [{ model: 'gpt-5' }, 'there is no model "gpt-5"; name llama-3.1-8b'],
    [{ model: '/nowhere/config.json' }, '/nowhere/config.json cannot be read (ENOENT); name a config.json'],
    [{ context: [40_000] }, 'a context of 40000 is more than the 32768'],
    [{ placements: ['warp-drive'] }, 'there is no placement "warp-drive"; there are '],
    [{ placements: ['fused-pcm'] }, 'placement fused-pcm fuses the feed-forward part'],
    [{ against: ['b200'] }, '"b200" is not among the digital placements projected, h200; add it to --placements'],
  ])('refuses %o in one line', async (changes, words) => {
    await expect(printed(changes)).rejects.toThrow(words);
  });

  it('refuses a file that is no config.json, or that lacks a field', async () => {
    const file = (text: string): string => {
      const path = join(directory, 'config.json');
      writeFileSync(path, text);
      return path;
    };
    await expect(printed({ model: file('no json') })).rejects.toThrow('is not JSON; name a config.json');
    await expect(printed({ model: file('{"model_type": "llama", "vocab_size": 10}') })).rejects.toThrow(
      "config.json: hidden_size: Invalid input: expected number, received undefined; copy the field from the model's own",
    );
  });
});

describe('crossings of projections', { timeout: 120_000 }, () => {
  const profiles = loadProfiles(join(ROOT, 'profiles'));
  const input = {
    shape: knownModel('llama-3.1-8b'),
    profiles,
    placements: ['h200', 'pcm-hermes-14nm', 'mrr-wdm'],
    batch: [1],
    context: [2048],
    assumptions: { devices: 1, amortisedOver: 1e9, elementBytes: 2 },
  };
  const projected = runProjections(input, () => {});
  const found = crossingsOf(projected, rivalsOf(projected, undefined));

  const wrongAt = ({ placement, rival, quantity, along, at, ranges }: Crossing, points: Iterable<number>): number[] => {
    const [own, other] = [placement, rival].map((name) => projected.find((one) => one.placement === name)!);
    return [...points].filter((point) => {
      const load = along === 'batch' ? { batch: point, context: at } : { batch: at, context: point };
      const less = own!.at(load)[QUANTITIES[quantity]] < other!.at(load)[QUANTITIES[quantity]];
      return less !== ranges.some(({ from, to }) => point >= from && point <= (to ?? Infinity));
    });
  };

  it('are right at every batch', () => {
    const along = found.filter((one) => one.along === 'batch');
    expect(along.filter(({ ranges }) => ranges.some(({ to }) => to !== null)).length).toBeGreaterThan(0);
    for (const crossing of along)
      expect(
        wrongAt(
          crossing,
          Array.from({ length: 1024 }, (_, i) => i + 1),
        ),
      ).toEqual([]);
  });

  it('are right to the last position', () => {
    const ends = ({ ranges }: Crossing) => ranges.flatMap(({ from, to }) => [from, to ?? from]);
    for (const crossing of found.filter((one) => one.along === 'context')) {
      const { from, to } = crossing;
      const points = [from, to, ...ends(crossing).flatMap((end) => [end - 1, end, end + 1])];
      expect(
        wrongAt(
          crossing,
          points.filter((point) => point >= from && point <= to),
        ),
      ).toEqual([]);
    }
  });
});

describe('options', () => {
  it('are lists of whole numbers, tokens and sizes of elements', () => {
    const parse = parseCounts('sequences', 64);
    expect(parse('8, 1,8')).toEqual([1, 8]);
    for (const wrong of ['0', '65', '1.5', '', 'x']) expect(() => parse(wrong)).toThrow('from 1 to 64');
    expect(parseTokens('1e6')).toBe(1e6);
    expect(() => parseTokens('0')).toThrow('1 or more');
    expect(parseElementBytes('4')).toBe(4);
    expect(() => parseElementBytes('3')).toThrow('1, 2 or 4');
  });

  it('make grids by powers of 2', () => {
    expect(batchGrid([1, 64]).at(-1)).toBe(1024);
    expect(batchGrid([3000]).slice(-2)).toEqual([2048, 3000]);
    expect(contextGrid(512)).toEqual([128, 256, 512]);
    expect(contextGrid(100)).toEqual([100]);
  });
});

describe('the words of a crossing', () => {
  const crossing = { from: 1, to: 1024 } as Crossing;
  it.each([
    [[{ from: 1, to: null }], 'less from 1 to 1024'],
    [[], 'more from 1 to 1024'],
    [[{ from: 1, to: 97 }], 'less up to 97, then more'],
    [[{ from: 98, to: null }], 'more up to 97, then less'],
    [[{ from: 3, to: 30 }], 'more up to 2, less up to 30, then more'],
    [
      [
        { from: 1, to: 9 },
        { from: 40, to: null },
      ],
      'less up to 9, more up to 39, then less',
    ],
  ])('less in %j', (ranges, words) => {
    expect(verdictOf({ ...crossing, ranges })).toBe(words);
  });
});
