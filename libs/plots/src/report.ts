import { FONT } from './text.js';
import { escape } from './svg.js';

/** A page that stands alone: no script, no request to anywhere. Equal reports give equal bytes. */
export interface Report {
  readonly title: string;
  /** One paragraph below the title. */
  readonly summary?: string;
  readonly sections: readonly ReportSection[];
  /** Small print at the end: command, seed, versions. */
  readonly footer?: string;
}

export interface ReportSection {
  readonly heading?: string;
  readonly blocks: readonly ReportBlock[];
}

export interface ReportColumn {
  readonly title: string;
  readonly unit?: string;
  readonly align?: 'left' | 'right';
}

export type ReportBlock =
  /** A paragraph. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** A command or an output, as written. */
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly caption?: string;
      readonly columns: readonly ReportColumn[];
      readonly rows: readonly (readonly (string | number | null)[])[];
    }
  /** An SVG document of `renderFigure`. */
  | { readonly kind: 'figure'; readonly svg: string; readonly caption?: string };

const STYLE = `
:root{color-scheme:light}
body{font:16px/1.55 ${FONT};color:#1a202c;background:#fff;margin:0 auto;padding:2rem 1.25rem 4rem;max-width:68rem}
h1{font-size:1.8rem;line-height:1.2;margin:0 0 .6rem}
h2{font-size:1.3rem;margin:2.4rem 0 .6rem}
p,li{max-width:46rem}
.summary{font-size:1.08rem;color:#2d3748}
figure{margin:1.4rem 0}
figure svg{display:block;max-width:100%;height:auto}
figcaption,caption{color:#5a6577;font-size:.9rem;text-align:left;padding:.3rem 0}
/* Wider than the page: scrolls below its first column, a shadow at the edge that hides something. */
.table{overflow-x:auto;max-width:max-content;background:linear-gradient(to left,#fff 1.5rem,#fff0) right/3rem 100% no-repeat local,linear-gradient(to left,#1a202c40,#1a202c00) right/1rem 100% no-repeat scroll}
th:first-child,td:first-child{position:sticky;left:0;background:#fff}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:.95rem}
th,td{padding:.35rem .8rem;border-bottom:1px solid #e6e9ee;text-align:left;white-space:nowrap}
th{border-bottom:2px solid #a0aec0}
.right{text-align:right}
.unit{color:#5a6577;font-weight:400}
pre{background:#f7f8fa;border:1px solid #e6e9ee;border-radius:6px;padding:.7rem 1rem;overflow-x:auto;font-size:.9rem}
footer{margin-top:3rem;color:#5a6577;font-size:.88rem}
@media print{body{padding:0;max-width:none}.table{overflow:visible;background:none}th,td{white-space:normal;padding:.2rem .4rem;font-size:.75rem}h2{break-after:avoid}figure,tr{break-inside:avoid}}
`.trim();

const caption = (tag: string, text: string | undefined): string => (text ? `<${tag}>${escape(text)}</${tag}>` : '');

function renderTable({ caption: text, columns, rows }: Extract<ReportBlock, { kind: 'table' }>): string {
  const align = (column: ReportColumn | undefined): string => (column?.align === 'right' ? ' class="right"' : '');
  const head = columns
    .map((column) => {
      const unit = column.unit ? ` <span class="unit">(${escape(column.unit)})</span>` : '';
      return `<th scope="col"${align(column)}>${escape(column.title)}${unit}</th>`;
    })
    .join('');
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((cell, c) => `<td${align(columns[c])}>${escape(String(cell ?? '–'))}</td>`).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="table"><table>${caption('caption', text)}<thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table></div>`;
}

function renderBlock(block: ReportBlock): string {
  switch (block.kind) {
    case 'text':
      return `<p>${escape(block.text)}</p>`;
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escape(item)}</li>`).join('')}</ul>`;
    case 'code':
      return `<pre><code>${escape(block.text)}</code></pre>`;
    case 'table':
      return renderTable(block);
    case 'figure':
      return `<figure>${block.svg.trim()}${caption('figcaption', block.caption)}</figure>`;
  }
}

/** Writes a report as one HTML document in UTF-8 with its style and figures within. */
export function renderReport({ title, summary, sections, footer }: Report): string {
  const body = sections.map(
    ({ heading, blocks }) => `<section>${caption('h2', heading)}\n${blocks.map(renderBlock).join('\n')}\n</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
${STYLE}
</style>
</head>
<body>
<h1>${escape(title)}</h1>
${summary ? `<p class="summary">${escape(summary)}</p>` : ''}
${body.join('\n')}
${caption('footer', footer)}
</body>
</html>
`;
}
