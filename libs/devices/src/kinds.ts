import { digitalFp32 } from './digital/digital-fp32.js';
import { crossbarBasic } from './electronic/basic/crossbar.js';
import { homodyne } from './optical/homodyne.js';
import type { AnyDeviceKind } from './kind.js';

/** Every kind of device, by the word that profiles name it by. */
export const KINDS: ReadonlyMap<string, AnyDeviceKind> = new Map(
  [digitalFp32, crossbarBasic, homodyne].map((kind) => [kind.kind, kind]),
);
