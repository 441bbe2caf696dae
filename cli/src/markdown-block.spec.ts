import { describe, expect, it } from 'vitest';
import { markersOf, withBlock } from './markdown-block.js';

describe('a block of a page', () => {
  const markers = markersOf('validate');
  const page = `before\n${markers.begin}\n\nold\n\n${markers.end}\nafter\n`;

  it('takes the place of what stood between the markers, and of nothing else', () => {
    const once = withBlock(page, 'new', markers, 'page.md');
    expect(once).toBe(`before\n${markers.begin}\n\nnew\n\n${markers.end}\nafter\n`);
    expect(withBlock(once, 'new', markers, 'page.md')).toBe(once);
  });

  it('is refused where a marker is missing', () => {
    for (const broken of [page.replace(markers.begin, ''), page.replace(markers.end, '')])
      expect(() => withBlock(broken, 'new', markers, 'page.md')).toThrow('page.md lacks the markers');
  });
});
