import { digitalKinds } from './digital/digital.js';
import { crossbarBasic } from './electronic/basic/crossbar.js';
import { charge } from './electronic/charge/charge.js';
import { cmoHfox } from './electronic/cmo-hfox/cmo-hfox.js';
import { gilbertBoard } from './electronic/gilbert/board.js';
import { gilbertCmos } from './electronic/gilbert/cmos.js';
import { idealCrossbar } from './electronic/ideal/ideal.js';
import { isaac } from './electronic/isaac/isaac.js';
import { neurram } from './electronic/neurram/neurram.js';
import { pcm } from './electronic/pcm/pcm.js';
import { sonos } from './electronic/sonos/sonos.js';
import type { AnyDeviceKind } from './kind.js';
import { ddotLt } from './optical/ddot-lt/ddot-lt.js';
import { dmdBitplane } from './optical/dmd/dmd.js';
import { freespaceIncoherent } from './optical/freespace/freespace.js';
import { homodyneTfln } from './optical/homodyne-tfln/homodyne-tfln.js';
import { homodyne } from './optical/homodyne.js';
import { mrrWdm } from './optical/mrr-wdm/mrr-wdm.js';
import { opticalIdeal } from './optical/ideal/ideal.js';
import { pcmPhotonic } from './optical/pcm-photonic/pcm-photonic.js';
import { mziClements } from './optical/mesh/mzi-clements.js';
import { phaseMask } from './optical/phase-mask/phase-mask.js';

/** Every kind of device, by the word that profiles name it by. */
export const KINDS: ReadonlyMap<string, AnyDeviceKind> = new Map(
  [
    ...digitalKinds,
    crossbarBasic,
    idealCrossbar,
    pcm,
    neurram,
    isaac,
    cmoHfox,
    sonos,
    charge,
    gilbertCmos,
    gilbertBoard,
    homodyne,
    homodyneTfln,
    phaseMask,
    dmdBitplane,
    freespaceIncoherent,
    ddotLt,
    mrrWdm,
    pcmPhotonic,
    mziClements,
    opticalIdeal,
  ].map((kind) => [kind.kind, kind]),
);
