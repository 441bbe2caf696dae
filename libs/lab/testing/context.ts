import { join } from 'node:path';
import { loadProfiles } from '@ohmlight/devices';
import type { LabContext } from '../src/experiment.js';
import type { OptionTable, OptionValues } from '../src/options.js';

/** The shipped profiles, and nobody who watches. */
export const context: LabContext = {
  profiles: loadProfiles(join(import.meta.dirname, '../../../profiles')),
  progress: () => {},
};

/** An experiment's options as they are without any on the command line, some of them changed. */
export const optionsOf = <T extends OptionTable>(
  { options }: { readonly options: T },
  changed: Partial<OptionValues<T>> = {},
): OptionValues<T> => ({
  ...(Object.fromEntries(Object.entries(options).map(([name, { fallback }]) => [name, fallback])) as OptionValues<T>),
  ...changed,
});
