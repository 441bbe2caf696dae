import { NEUTRAL_SOURCE, type ParameterTable, type Quantity } from './quantity.js';

/** A profile's parameters as a Markdown table, in the order of its kind; without what the profile does not model. */
export function parameterTable(specs: ParameterTable, parameters: object): string {
  const rows = Object.entries(specs).flatMap(([name, { unit, meaning }]) => {
    const { value, source, low, high, band } = (parameters as Record<string, Quantity<unknown>>)[name]!;
    if (source === NEUTRAL_SOURCE) return [];
    const ends = band === undefined ? '' : ` (${formatValue(low)} … ${formatValue(high)})`;
    const from = band === undefined ? source : `${source}; low and high: ${band}`;
    return `| \`${name}\` | ${formatValue(value)}${ends} | ${unit} | ${meaning} | ${from} |`;
  });
  return ['| parameter | value | unit | what it is | source |', '|---|---|---|---|---|', ...rows].join('\n');
}

function formatValue(value: unknown): string {
  if (Array.isArray(value)) return value.map(formatValue).join(', ');
  if (typeof value !== 'number') return String(value);
  return value !== 0 && (Math.abs(value) < 1e-3 || Math.abs(value) >= 1e5) ? value.toExponential() : String(value);
}
