import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { profiles } from '../../testing/profiles.js';
import { parameterTable } from './parameter-table.js';
import { DIGITAL_UNIT, KINDS } from './parameters.js';

const path = join(import.meta.dirname, '../../../../docs/reference/devices.md');
const BLOCK = /(<!-- profile ([a-z0-9-]+) -->\n\n)[\s\S]*?(\n\n<!-- end -->)/g;

/** The table that belongs in a block. */
function table(name: string): string {
  if (name === profiles.digitalUnit.name) return parameterTable(DIGITAL_UNIT, profiles.digitalUnit.parameters);
  const profile = profiles.devices.get(name);
  if (!profile) throw new Error(`docs/reference/devices.md has a block for "${name}", which is no profile`);
  return parameterTable(KINDS[profile.kind].parameters, profile.parameters);
}

describe('the page of devices', () => {
  const page = readFileSync(path, 'utf8');

  it('has a table of every profile', () => {
    const blocks = [...page.matchAll(BLOCK)].map(([, , name]) => name);
    expect(blocks.toSorted()).toEqual([...profiles.devices.keys(), profiles.digitalUnit.name].toSorted());
  });

  it('has the values of the profiles; `vitest run -u libs/devices` brings them up to date', async () => {
    const fresh = page.replaceAll(BLOCK, (_, head: string, name: string, tail: string) => head + table(name) + tail);
    await expect(fresh).toMatchFileSnapshot(path);
  });
});
