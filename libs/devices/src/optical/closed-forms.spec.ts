import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/reference/optical.md'), 'utf8');

/** Specs that a table of the page names, with the titles it names in each. */
function named(heading: string): { readonly spec: string; readonly title: string }[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section.split('\n').flatMap((line) => {
    const spec = /\| `([^`]+\.spec\.ts)` \|/.exec(line);
    if (!spec) return [];
    const titles = line.slice(spec.index + spec[0].length).matchAll(/`([^`]+)`/g);
    return [...titles].map(([, title]) => ({ spec: spec[1]!, title: title! }));
  });
}

describe('the closed forms of docs/reference/optical.md', () => {
  const rows = named('Closed forms');

  it('are more than thirty tests, of peers’ defects among them', () => {
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.filter(({ spec }) => spec.endsWith('peers.spec.ts')).length).toBeGreaterThan(5);
  });

  it.each(rows)('$spec has "$title"', ({ spec, title }) => {
    const source = readFileSync(join(root, 'libs', spec), 'utf8');
    expect(source.replaceAll("\\'", "'")).toContain(title);
  });
});
