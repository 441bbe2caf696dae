import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { MEASURED_BLOCKS } from '../../testing/measured-rooflines.js';
import { profiles } from '../../testing/profiles.js';
import type { DigitalProfile } from '../profile/profile.js';
import { valuesOf } from '../profile/quantity.js';
import { DIGITAL_FORMATS } from './digital.js';
import { crossingBatch } from './roofline.js';

const page = join(import.meta.dirname, '../../../../docs/reference/devices/digital.md');

const HEAD =
  '| profile | kind | peak, T/s | bandwidth, TB/s | power, W | crossing batch | of 4096 × 4096 | pJ per weight at one row | pJ per operation at many |';

function row(profile: DigitalProfile): string {
  const { numerics, rate } = DIGITAL_FORMATS[profile.kind as keyof typeof DIGITAL_FORMATS];
  const p = valuesOf(profile.parameters);
  const crossing = (size: number): string => crossingBatch(p, rate, numerics, size, size).toFixed(0);
  const perWeight = (numerics.operandBytes / p.memory_bandwidth) * p.load_power * 1e12;
  const perOperation = (p.load_power / p[rate]) * 1e12;
  const cells = [
    `\`${profile.name}\``,
    `\`${profile.kind}\``,
    String(p[rate] / 1e12),
    String(p.memory_bandwidth / 1e12),
    `${p.idle_power} … ${p.load_power}`,
    crossing(2 ** 24),
    crossing(4096),
    perWeight.toFixed(0),
    perOperation.toPrecision(2),
  ];
  return `| ${cells.join(' | ')} |`;
}

function rooflines(): string {
  const rows = [...profiles.devices.values()]
    .filter(({ pool }) => pool === 'digital')
    .map((profile) => row(profile as unknown as DigitalProfile));
  return [HEAD, '|---|---|--:|--:|--:|--:|--:|--:|--:|', ...rows].join('\n');
}

it('the page has the rooflines of the profiles, and what was measured; `vitest run libs/devices -u` brings it up to date', async () => {
  let text = readFileSync(page, 'utf8');
  for (const [name, table] of Object.entries({ rooflines, ...MEASURED_BLOCKS })) {
    const block = new RegExp(`(<!-- ${name} -->\n)[\\s\\S]*?(\n<!-- end of ${name} -->)`);
    expect(text).toMatch(block);
    text = text.replace(block, (_, head: string, tail: string) => `${head}\n${table()}\n${tail}`);
  }
  await expect(text).toMatchFileSnapshot(page);
});
