import { describe, expect, it } from 'vitest';
import type { Figure, Mark } from './figure.js';
import { renderFigure } from './render.js';
import { renderReport } from './report.js';

const field = {
  columns: 20,
  rows: 10,
  values: Float64Array.from({ length: 200 }, (_, i) => (i % 20) / 19 + Math.floor(i / 20) / 9),
};

const figure = (marks: readonly Mark[], rest: Partial<Figure> = {}): Figure => ({
  title: 'Title <&> "quoted"',
  panels: [{ x: { label: 'x', unit: 'mV', domain: [0, 1] }, y: { label: 'y', domain: [0, 1] }, marks }],
  panelSize: { width: 100, height: 100 },
  ...rest,
});

/** Number of elements of each tag; throws where a tag is not closed by its own. */
function tags(document: string): Map<string, number> {
  const open: string[] = [];
  const counts = new Map<string, number>();
  for (const [, close, name, empty] of document.matchAll(/<(\/?)([a-z]+\d?)[^>]*?(\/?)>/g)) {
    if (close) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
    } else {
      counts.set(name!, (counts.get(name!) ?? 0) + 1);
      if (!empty) open.push(name!);
    }
  }
  if (open.length > 0) throw new Error(`never closed: ${open.join(', ')}`);
  return counts;
}

const MARKS: readonly Mark[] = [
  { kind: 'heat', style: 'smooth', field, x: [0, 1], y: [0, 1], contours: [1], label: 'field', unit: 'V' },
  { kind: 'heat', style: 'cells', field, x: [0, 1], y: [0, 1] },
  { kind: 'line', name: 'a', x: [0, 1], y: [0, 1], band: { low: [0, 0.9], high: [0.1, 1] } },
  { kind: 'scatter', name: 'b', shape: 'cross', points: [{ x: 0.5, y: 0.5, label: 'here', low: 0.4, high: 0.6 }] },
  { kind: 'front', points: [{ x: 0, y: 0 }], better: { x: 'low', y: 'high' } },
  { kind: 'histogram', name: 'c', values: [0.1, 0.2, 0.2], bins: 4 },
  { kind: 'rule', y: 0.25, label: 'limit' },
];

describe('renderFigure', () => {
  it('writes well-formed SVG with the title escaped, units on the axes and no ids, scripts or links', () => {
    const svg = renderFigure(figure(MARKS));
    expect(tags(svg).get('svg')).toBe(2);
    expect(svg).toContain('<title>Title &lt;&amp;&gt; &quot;quoted&quot;</title>');
    expect(svg).toContain('>x (mV)<');
    expect(svg).toContain('>field (V)<');
    expect(svg).not.toMatch(/ id=|<script|href|<image|NaN|undefined/);
  });

  it('gives the same bytes for the same figure', () => {
    expect(renderFigure(figure(MARKS))).toBe(renderFigure(figure(structuredClone(MARKS) as Mark[])));
  });

  it('maps data to pixels of the plotting area', () => {
    const svg = renderFigure(figure([{ kind: 'line', x: [0, 1], y: [0, 1], colour: '#123456' }]));
    const [, x0, y0, x1, y1] = /d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"[^>]*stroke="#123456"/.exec(svg)!.map(Number);
    expect(x1! - x0!).toBeCloseTo(100, 6);
    expect(y0! - y1!).toBeCloseTo(100, 6);
  });

  it('breaks a line where a value is missing', () => {
    const svg = renderFigure(figure([{ kind: 'line', x: [0, 0.2, 0.4, 0.6], y: [0, NaN, 0.5, 1], colour: '#123456' }]));
    const [, path] = /d="([^"]+)"[^>]*stroke="#123456"/.exec(svg)!;
    expect(path!.match(/M/g)).toHaveLength(2);
  });

  it('draws cells as runs of equal colour, each row apart', () => {
    const two = { columns: 4, rows: 2, values: [0, 0, 1, 1, 1, 1, 1, 1] };
    const svg = renderFigure(figure([{ kind: 'heat', style: 'cells', field: two, x: [0, 1], y: [0, 1], levels: 2 }]));
    expect(svg).toContain('d="M0 0h2v1h-2z"');
    expect(svg).toContain('d="M2 0h2v1h-2zM0 1h4v1h-4z"');
  });

  it('draws a contour where the field has the value, without the edges of the grid', () => {
    // The field is column/20 at cell centres (column + ½)/20 of the axis: level 0.5 lies at x = 10.5/20.
    const ramp = { columns: 20, rows: 10, values: Float64Array.from({ length: 200 }, (_, i) => (i % 20) / 20) };
    const heat = { kind: 'heat', style: 'smooth', field: ramp, x: [0, 1], y: [0, 1], contours: [0.5] } as const;
    const svg = renderFigure(figure([heat, { kind: 'rule', x: 10.5 / 20, colour: '#123456' }]));
    const [, rule] = /d="M([\d.]+) [^"]*"[^>]*stroke="#123456"/.exec(svg)!;
    const [, contour] = /d="([^"]+)" fill="none" stroke="#1a202c"/.exec(svg)!;
    const xs = [...contour!.matchAll(/[ML]([\d.]+) /g)].map(([, x]) => Number(x));
    expect(xs.length).toBeGreaterThan(9);
    expect(xs.every((x) => Math.abs(x - Number(rule)) < 0.02)).toBe(true);
  });

  it('stacks bars from zero, positive and negative ones apart', () => {
    const svg = renderFigure({
      ...figure([]),
      panels: [
        {
          x: { label: 'profile', scale: 'category' },
          y: { label: 'energy', unit: 'pJ', domain: [-50, 50] },
          marks: [
            {
              kind: 'bars',
              layout: 'stacked',
              categories: ['p'],
              series: [
                { name: 'a', values: [10], colour: '#aa0000' },
                { name: 'b', values: [-20], colour: '#00aa00' },
                { name: 'c', values: [30], colour: '#0000aa' },
              ],
            },
          ],
        },
      ],
    });
    const bar = (colour: string): number[] =>
      [
        ...new RegExp(`y="([\\d.]+)" width="[\\d.]+" height="([\\d.]+)" fill="${colour}"`).exec(
          svg.replaceAll(/<rect x="[\d.]+" y="[\d.]+" width="12"[^>]*>/g, ''),
        )!,
      ]
        .slice(1)
        .map(Number);
    const [[ya, ha], [yb, hb], [yc, hc]] = ['#aa0000', '#00aa00', '#0000aa'].map(bar) as [number[], number[], number[]];
    expect([ha, hb, hc]).toEqual([10, 20, 30]);
    expect(yb).toBeCloseTo(ya! + ha!, 6);
    expect(yc! + hc!).toBeCloseTo(ya!, 6);
  });
});

describe('symbols and labels', () => {
  const drawn = (marks: readonly Mark[]): string =>
    renderFigure(figure(marks, { panelSize: { width: 400, height: 400 } }));
  const labelOf = (svg: string): { x: number; anchor: string | undefined } => {
    const [, attributes] = /<text([^>]*)>here</.exec(svg)!;
    return { x: Number(/ x="([^"]+)"/.exec(attributes!)![1]), anchor: /text-anchor="(\w+)"/.exec(attributes!)?.[1] };
  };
  const labelled: Mark = { kind: 'scatter', points: [{ x: 0.5, y: 0.5, label: 'here' }] };

  it('keeps a label off the symbols of other marks', () => {
    const alone = labelOf(drawn([labelled]));
    expect(alone.anchor).toBeUndefined();
    const beside = labelOf(drawn([labelled, { kind: 'scatter', points: [{ x: 0.54, y: 0.5 }] }]));
    expect(beside.anchor).toBe('end');
    expect(beside.x).toBeLessThan(alone.x - 8);
  });

  it('sets a label on a leader where its point stands in a crowd', () => {
    const crowd = Array.from({ length: 9 }, (_, i) => ({ x: 0.4 + 0.02 * i, y: 0.5, label: `point number ${i}` }));
    const svg = drawn([{ kind: 'scatter', points: crowd }]);
    const placed = [...svg.matchAll(/<text([^>]*)>point number/g)].map(([, attributes]) => {
      const of = (name: string): string => new RegExp(` ${name}="([^"]+)"`).exec(attributes!)?.[1] ?? 'start';
      return { left: Number(of('x')) - { start: 0, middle: 45, end: 90 }[of('text-anchor')]!, y: Number(of('y')) };
    });
    expect(placed).toHaveLength(9);
    // A label is some 90 pixels by 12: none hides most of another.
    for (const [i, one] of placed.entries())
      for (const other of placed.slice(i + 1))
        expect(Math.abs(one.y - other.y) > 6 || Math.abs(one.left - other.left) > 60).toBe(true);
    expect(svg.match(/stroke-width="0.7"/g)!.length).toBeGreaterThan(2);
  });

  it('draws points on the frame whole and those beyond it not at all', () => {
    const svg = drawn([{ kind: 'line', x: [0, 0.5, 1, 1.5], y: [0.5, 0.5, 1, 0.5], points: true }]);
    const clipped = /<svg [^>]*overflow="hidden"[^>]*>(.*?)<\/svg>/s.exec(svg)![1]!;
    expect(clipped).toContain('<path');
    expect(clipped).not.toContain('<circle');
    expect(svg.match(/<circle/g)).toHaveLength(3);
  });
});

describe('renderReport', () => {
  it('is one well-formed page that asks for nothing', () => {
    const html = renderReport({
      title: 'Report <1>',
      summary: 'All of it.',
      sections: [
        {
          heading: 'Results',
          blocks: [
            { kind: 'text', text: 'a < b' },
            { kind: 'list', items: ['one'] },
            { kind: 'code', text: 'npx ohmlight lab' },
            {
              kind: 'table',
              caption: 'T',
              columns: [{ title: 'e', unit: 'pJ', align: 'right' }],
              rows: [[1.5], [null]],
            },
            { kind: 'figure', svg: renderFigure(figure(MARKS)), caption: 'F' },
          ],
        },
      ],
      footer: 'seed 1',
    });
    expect(tags(html.replace(/^<!doctype html>/, '').replaceAll(/<meta[^>]*>/g, '')).get('table')).toBe(1);
    expect(html).toContain('<td class="right">1.5</td>');
    expect(html).toContain('<td class="right">–</td>');
    expect(html).toContain('<h1>Report &lt;1&gt;</h1>');
    expect(html).not.toMatch(/<script|src=|href=|@import|url\(/);
  });
});
