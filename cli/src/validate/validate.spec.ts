import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import { summaryOf, validate } from '@ohmlight/validation';
import { describe, expect, it } from 'vitest';
import { markersOf, withBlock } from '../markdown-block.js';
import { ROOT } from '../paths.js';
import { markdownRows, printRows } from './print.js';

const families: string[] = [];
const rows = validate(loadProfiles(join(ROOT, 'profiles')), (_finished, _total, next) => families.push(next));

describe('published figures', () => {
  it('are as close as their rows say, or miss by as much as they say', () => {
    expect(rows.filter(({ status }) => status === 'fail').map(({ name, ours }) => [name, ours])).toEqual([]);
  });

  it('are many, and most are within 10 %, those that nothing was fitted to among them', () => {
    const { rows: count, withinTenPercent: near, byKind } = summaryOf(rows);
    expect(near['held out'] + near.components + near.equation).toBeGreaterThanOrEqual(12);
    expect(near['held out']).toBeGreaterThan(byKind['held out'] / 2);
    expect(byKind['held out'] + byKind.components + byKind.equation + byKind.fitted).toBe(count);
  });

  it('have a source each, a name that no other has, and of every miss a reason', () => {
    for (const { source } of rows) expect(source).not.toBe('');
    const misses = rows.filter(({ status }) => status === 'known miss');
    for (const { note } of misses) expect(note!.length).toBeGreaterThan(40);
    const names = rows.map(({ family, name, source }) => `${family}/${name}/${source}`);
    expect(new Set(names).size).toBe(names.length);
    expect([...new Set(rows.map(({ family }) => family))]).toEqual(families);
  });

  it('of accelerators that were measured are those of the data', () => {
    for (const name of ['h100', 'h200']) {
      const { steps } = JSON.parse(readFileSync(join(ROOT, `test/bench/rooflines/${name}.json`), 'utf8')) as {
        steps: { model: string; format: string; rows: number; seconds: number; joules: number }[];
      };
      const own = rows.filter(({ source }) => source.startsWith(`measured on an ${name.toUpperCase()} `));
      const data = [1, 1024].flatMap((count) => {
        const { seconds, joules } = steps.find(
          ({ model, format, rows: of }) => model === 'llama-3.1-8b' && format === 'bf16' && of === count,
        )!;
        return [seconds * 1e3, joules];
      });
      expect(own).toHaveLength(data.length);
      own.forEach(({ published }, i) => expect(published / data[i]!).toBeCloseTo(1, 4));
    }
  });

  it('stand in the guide as the command prints them', () => {
    const file = join(ROOT, 'docs/guides/validate.md');
    const page = readFileSync(file, 'utf8');
    expect(page, 'run npx ohmlight validate --markdown docs/guides/validate.md').toBe(
      withBlock(page, markdownRows(rows), markersOf('validate'), file),
    );
  });

  it('stand on a terminal with the reasons of misses', () => {
    const lines = printRows(rows, 100);
    expect(lines.slice(0, -1).filter((line) => line.length > 110)).toEqual([]);
    expect(lines.join(' ')).toContain('known miss');
    expect(lines.at(-1)).toMatch(/^\d+ rows: \d+ pass, \d+ known misses, 0 fail\./);
  });
});
