import { ERRORS } from '@ohmlight/contracts';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chatSchema } from './chat-schema.js';
import { completionSchema } from './completion-schema.js';
import { sharedFields } from './request-schema.js';

const page = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../docs/reference/${name}`, import.meta.url)), 'utf8');

/** Cells of the page's table rows, whose first cell is a code. */
const rows = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll(/^\| | \|$|`/g, '').trim()));

describe('docs/reference/errors.md', () => {
  it('has every code of the table, in its order and words, and no other', () => {
    const table = Object.entries(ERRORS).map(([code, { http, grpc, type, retry, meaning }]) => [
      code,
      String(http),
      grpc,
      type,
      retry ? 'yes' : 'no',
      meaning.replaceAll('`', ''),
    ]);
    expect(rows(page('errors.md'))).toEqual(table);
  });
});

describe('docs/reference/api.md', () => {
  const text = page('api.md');
  const section = (title: string): string => text.split(`### ${title}\n`)[1]!.split('\n### ')[0]!;
  const documented = (title: string): string[] => rows(section(title)).map(([field]) => field!);
  const refused = [...section('Fields that are refused').matchAll(/`([a-z_]+)`/g)].map(([, field]) => field!);

  it.each([
    ['Fields of `/v1/completions`', completionSchema],
    ['Fields of `/v1/chat/completions`', chatSchema],
  ])('names every field of %s, and no other', (title, schema) => {
    const fields = Object.keys(schema.shape);
    const known = new Set([...documented('Fields of both'), ...documented(title), ...refused]);
    expect(fields.filter((field) => !known.has(field))).toEqual([]);
    expect(documented(title).filter((field) => !fields.includes(field))).toEqual([]);
    expect(documented('Fields of both').filter((field) => !(field in sharedFields))).toEqual([]);
  });
});
