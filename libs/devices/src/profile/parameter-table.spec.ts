import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ELECTRONIC, profiles } from '../../testing/profiles.js';
import { CHAIN } from '../electronic/chain/parameters.js';
import { KINDS } from '../kinds.js';
import { parameterTable } from './parameter-table.js';
import { DIGITAL_UNIT } from './parameters.js';

const reference = join(import.meta.dirname, '../../../../docs/reference');
const pages = ['devices.md', ...readdirSync(join(reference, 'devices')).map((name) => `devices/${name}`)];
const read = (page: string): string => readFileSync(join(reference, page), 'utf8');
const BLOCK = /(<!-- profile ([a-z0-9-]+) -->\n\n)[\s\S]*?(\n\n<!-- end -->)/g;

/** The table that belongs in a block. */
function table(name: string): string {
  if (name === profiles.digitalUnit.name) return parameterTable(DIGITAL_UNIT, profiles.digitalUnit.parameters);
  const profile = profiles.devices.get(name);
  if (!profile) throw new Error(`a page of devices has a block for "${name}", which is no profile`);
  const own = parameterTable(KINDS.get(profile.kind)!.parameters, profile.parameters);
  return profile.chain
    ? `${own}\n\nThe group \`chain\` ([ffn](../ffn.md)):\n\n${parameterTable(CHAIN, profile.chain)}`
    : own;
}

describe('the pages of devices', () => {
  it('have one table of every profile', () => {
    const blocks = pages.flatMap((page) => [...read(page).matchAll(BLOCK)].map(([, , name]) => name));
    expect(blocks.toSorted()).toEqual([...profiles.devices.keys(), profiles.digitalUnit.name].toSorted());
  });

  it.each(pages.filter((page) => ELECTRONIC.some((name) => page === `devices/${name}.md`)))(
    '%s has sources and limits of validity',
    (page) => {
      expect(read(page)).toMatch(/^Sources: ./m);
      expect(read(page)).toMatch(/^\*(Limits|Left out)(\.\*|\*:) ./m);
    },
  );

  it.each(pages)(
    '%s has the values of its profiles; `vitest run libs/devices -u` brings it up to date',
    async (page) => {
      const path = join(reference, page);
      const fresh = read(page).replaceAll(
        BLOCK,
        (_, head: string, name: string, tail: string) => head + table(name) + tail,
      );
      await expect(fresh).toMatchFileSnapshot(path);
    },
  );
});
