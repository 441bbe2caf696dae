import { createHash } from 'node:crypto';
import type { ChainProgram, TileProgram } from '../src/engine.js';
import type { Readout } from '../src/readout.js';
import { random } from './random.js';
import { uniformProgram } from './tiles.js';

/** Programs out of exactly specified arithmetic alone, so that their bits are those of every machine. */
export const K = 150;
export const N = 21;
const TILE_ROWS = 64;
const TILES = Math.ceil(K / TILE_ROWS);
const draw = random(3);
const even = (length: number, scale: number): Float32Array =>
  Float32Array.from({ length }, () => scale * (2 * draw.uniform() - 1));

const weights = even(N * K, 0.9);
const coefficient = Float32Array.from({ length: TILES * N }, () => 0.1 * draw.uniform());

const electronic: Readout = {
  input: { bits: 8, scale: { kind: 'abs-max', clip: 0.9 } },
  noise: [
    { kind: 'constant', coefficient: 0.05 },
    { kind: 'input-norm', coefficient },
    { kind: 'abs-power', coefficient: 0.02 },
  ],
  shot: null,
  transfer: {
    kind: 'table',
    range: 8,
    values: Float32Array.from({ length: 33 }, (_, i) => (i - 16) / (2 + Math.abs(i - 16) / 8)),
  },
  output: { bits: 9, coding: 'symmetric', range: { kind: 'fixed', range: 6 } },
};
const optical: Readout = {
  input: { bits: 8, scale: { kind: 'abs-max', clip: 1 } },
  noise: [],
  shot: { photonsPerMac: 1.5, poissonBelow: 50 },
  transfer: null,
  output: { bits: 8, coding: 'full', range: { kind: 'operand-norms', clip: 4 } },
};
const serial: Readout = {
  input: {
    bits: 7,
    scale: { kind: 'percentile', share: 0.95 },
    rounding: 'stochastic',
    encoding: { kind: 'bit-serial', bits: 2, sign: 'two-pass' },
  },
  noise: [
    { kind: 'signal', coefficient: 0.03 },
    { kind: 'root-signal', coefficient },
    { kind: 'abs-product', coefficient: 0.02 },
  ],
  shot: null,
  transfer: { kind: 'compressive', knee: 0.02 },
  output: { bits: 10, coding: 'full', range: { kind: 'fixed', range: 5 } },
};
const bounded: Readout = {
  input: { bits: 12, scale: { kind: 'fixed', range: 2 } },
  noise: [{ kind: 'constant', coefficient }],
  shot: null,
  transfer: { kind: 'cubic', third: -0.001 },
  output: { bits: 8, coding: 'symmetric', range: { kind: 'fixed', range: 1.5 } },
  bound: { rounds: 4, columns: 64 },
};

const program = (readout: Readout): TileProgram => uniformProgram(weights, K, N, TILE_ROWS, readout, 0.9);

/** Programs by name, with the first 16 digits of the SHA-256 of their outputs for `goldenBatch`. */
export const GOLDEN_TILES: [string, TileProgram, string][] = [
  ['an electronic readout', program(electronic), 'd8341adbb8c36996'],
  ['an optical readout', program(optical), '24999f5d785d2215'],
  ['a bit-serial readout', program(serial), 'bf207be5d510eaf8'],
  ['a readout with bound management', program(bounded), '031f28d715914cd6'],
];

const gates = 2 * 70;
export const GOLDEN_CHAIN: [ChainProgram, string] = [
  {
    first: uniformProgram(even(gates * K, 0.3), K, gates, TILE_ROWS, { ...electronic, noise: [], output: null }, 0.3),
    stage: { activation: 'silu', gated: true, range: 5, noise: 0.02 },
    second: uniformProgram(
      even(N * 70, 0.5),
      70,
      N,
      32,
      { ...electronic, input: null, noise: electronic.noise.slice(0, 1) },
      0.5,
    ),
  },
  'd0fd96852ec51a61',
];

export const GOLDEN_FLOAT: [Float32Array, string] = [weights, 'fc33197f3e848e53'];

const rows = 7;
export const goldenBatch = {
  rows,
  x: even(rows * K, 2),
  seeds: BigUint64Array.of(1n, 1n, 2n, 0xffff_ffff_ffff_ffffn, 1n, 5n, 2n),
  positions: Uint32Array.of(0, 1, 0, 4, 0xffff_ffff, 3, 9),
};

export const digest = (y: Float32Array): string => createHash('sha256').update(y).digest('hex').slice(0, 16);
