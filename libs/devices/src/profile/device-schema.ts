import { z } from 'zod';
import { CHAIN } from '../electronic/chain/parameters.js';
import { KINDS } from '../kinds.js';
import type { DeviceProfile } from './profile.js';
import { parametersSchema, valuesOf } from './quantity.js';
import { profileName, text } from './schemas.js';

/** What every profile says about itself. */
export const head = { name: profileName, title: text, description: text };

/** The part of a device profile that says which schema the rest has. */
export const deviceHead = z.looseObject({ kind: z.enum([...KINDS.keys()] as [string, ...string[]]) });

const chainSchema = parametersSchema(CHAIN);

/** Schema of the profiles of each kind. */
export const DEVICE_SCHEMAS: ReadonlyMap<string, z.ZodType<DeviceProfile>> = new Map(
  [...KINDS.values()].map((kind) => [
    kind.kind,
    z
      .strictObject({
        ...head,
        kind: z.literal(kind.kind),
        pool: z.literal(kind.pool),
        parameters: parametersSchema(kind.parameters).superRefine((parameters, context) => {
          const fault = kind.check?.(valuesOf(parameters));
          if (fault) context.addIssue({ code: 'custom', path: [fault.parameter, 'value'], message: fault.reason });
        }),
        chain:
          kind.ffn === 'circuit' ? chainSchema.optional() : z.never({ error: 'this kind has no chain' }).optional(),
      })
      .superRefine(({ parameters, chain }, context) => {
        const fault = chain && kind.checkChain?.(valuesOf(parameters));
        if (fault)
          context.addIssue({ code: 'custom', path: ['parameters', fault.parameter, 'value'], message: fault.reason });
      }),
  ]),
);
