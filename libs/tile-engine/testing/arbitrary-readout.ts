import * as fc from 'fast-check';
import type {
  BalancedShotNoise,
  BoundManagement,
  InputConverter,
  NoiseTerm,
  PerOutput,
  Readout,
} from '../src/readout.js';
import { random } from './random.js';

/** A coefficient in few words: one number, or numbers up to `size` for every output. */
export interface Size {
  readonly size: number;
  readonly perOutput: boolean;
}

export type TransferShape =
  | { readonly kind: 'table'; readonly range: number; readonly points: number }
  | { readonly kind: 'clamp'; readonly low: number; readonly high: number }
  | { readonly kind: 'compressive'; readonly knee: number }
  | { readonly kind: 'cubic'; readonly third: number };

export interface OutputShape {
  readonly bits: number;
  readonly coding: 'symmetric' | 'full';
  readonly range: ({ readonly kind: 'fixed' } & Size) | { readonly kind: 'operand-norms'; readonly clip: number };
}

/** Counts of detectors in few words, or balanced shot noise as it is. */
export type ShotShape =
  | BalancedShotNoise
  | {
      readonly gain: number;
      readonly dark: Size;
      readonly power: Size;
      readonly product: Size;
      readonly poissonBelow: number;
    };

/** A readout as it is drawn, shrunk and printed: the numbers of every output are drawn from a seed later. */
export interface ReadoutShape {
  readonly input: InputConverter | null;
  readonly noise: readonly (Size & { readonly kind: NoiseTerm['kind'] })[];
  readonly shot: ShotShape | null;
  readonly transfer: TransferShape | null;
  readonly output: OutputShape | null;
  readonly bound: BoundManagement | null;
}

const size = (...sizes: number[]): fc.Arbitrary<Size> =>
  fc.record({ size: fc.constantFrom(...sizes), perOutput: fc.boolean() });

const inputConverter: fc.Arbitrary<InputConverter> = fc
  .record({
    bits: fc.integer({ min: 2, max: 12 }),
    scale: fc.oneof(
      fc.record({ kind: fc.constant('abs-max' as const), clip: fc.constantFrom(1, 1, 0.9, 0.5, 2) }),
      fc.record({ kind: fc.constant('fixed' as const), range: fc.constantFrom(1, 3.5, 127 / 64, 1e-3, 2 ** -101) }),
      fc.record({ kind: fc.constant('percentile' as const), share: fc.constantFrom(1, 0.99, 0.9, 0.5, 0.01) }),
    ),
    rounding: fc.constantFrom('nearest' as const, 'nearest' as const, 'stochastic' as const),
    encoding: fc.constantFrom('parallel', 'parallel', 'two-pass', 'bit-serial'),
    sign: fc.constantFrom('sign-magnitude' as const, 'two-pass' as const, 'twos-complement' as const),
    width: fc.integer({ min: 1, max: 11 }),
  })
  .map(({ encoding, sign, width, ...input }) => ({
    ...input,
    encoding:
      encoding === 'bit-serial'
        ? { kind: 'bit-serial', sign, bits: sign === 'twos-complement' ? 1 : Math.min(width, input.bits - 1) }
        : { kind: encoding as 'parallel' | 'two-pass' },
  }));

const noise: fc.Arbitrary<ReadoutShape['noise']> = fc.oneof(
  { arbitrary: fc.constant([]), weight: 1 },
  {
    weight: 3,
    arbitrary: fc.array(
      fc
        .record({
          kind: fc.constantFrom<NoiseTerm['kind']>(
            'constant',
            'signal',
            'root-signal',
            'input-norm',
            'abs-product',
            'abs-power',
          ),
          of: size(0.02, 0.3, 2, 0),
        })
        .map(({ kind, of }) => ({ kind, ...of })),
      { minLength: 1, maxLength: 4 },
    ),
  },
);

const poissonBelow = fc.constantFrom(0, 3, 50, 500);
const shot: fc.Arbitrary<ShotShape> = fc.oneof(
  fc.record({ photonsPerMac: fc.constantFrom(0.01, 0.2, 1, 7, 1e4), poissonBelow }),
  fc.record({
    gain: fc.constantFrom(0.1, 3, 40, 1e5),
    dark: size(0, 1, 30, 1e6),
    power: size(0, 0, 2, 100),
    product: size(0, 0.1, 3, 40, 1e5),
    poissonBelow,
  }),
);

const transfer: fc.Arbitrary<TransferShape> = fc.oneof(
  fc.record({
    kind: fc.constant('table' as const),
    range: fc.constantFrom(0.3, 2, 9),
    points: fc.constantFrom(2, 3, 33, 256),
  }),
  fc.record({ kind: fc.constant('clamp' as const), low: fc.constantFrom(-2, 0, 0.1), high: fc.constantFrom(0.1, 1.5) }),
  fc.record({ kind: fc.constant('compressive' as const), knee: fc.constantFrom(0.02, 1, -0.5, 0) }),
  fc.record({ kind: fc.constant('cubic' as const), third: fc.constantFrom(-0.01, 0.2, 0) }),
);

const output: fc.Arbitrary<OutputShape> = fc.record({
  bits: fc.integer({ min: 3, max: 14 }),
  coding: fc.constantFrom('symmetric' as const, 'full' as const),
  range: fc.oneof(
    size(0.4, 2, 9, 30, 0).map((of) => ({ kind: 'fixed' as const, ...of })),
    fc.record({ kind: fc.constant('operand-norms' as const), clip: fc.constantFrom(0.5, 2, 4) }),
  ),
});

/** Null three times in 3 + `weight`, else a value. */
const maybe = <T>(arbitrary: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | null> =>
  fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary, weight });

/** Any readout of a matrix that is read from codes. */
export const arbitraryReadout: fc.Arbitrary<ReadoutShape> = fc
  .record({
    input: inputConverter,
    noise,
    shot: maybe(shot, 1),
    transfer: maybe(transfer, 2),
    output: maybe(output, 5),
    bound: maybe(fc.record({ rounds: fc.integer({ min: 1, max: 6 }), columns: fc.constantFrom(64, 128, 256) }), 1),
  })
  .map((shape) =>
    shape.bound && shape.output
      ? { ...shape, input: { ...shape.input, encoding: { kind: 'parallel' } } }
      : { ...shape, bound: null },
  );

/** Readouts of a chain's first and second matrix. */
export const arbitraryFirst: fc.Arbitrary<ReadoutShape> = arbitraryReadout.map((shape) => ({
  ...shape,
  output: null,
  bound: null,
}));
export const arbitrarySecond: fc.Arbitrary<ReadoutShape> = arbitraryReadout.map((shape) => ({
  ...shape,
  input: null,
  bound: null,
}));

/** The readout of a shape, with the numbers of its outputs. */
export function buildReadout(shape: ReadoutShape, outputs: number, seed: number): Readout {
  const draw = random(seed);
  const coefficient = ({ size, perOutput }: Size): PerOutput =>
    perOutput
      ? Float32Array.from({ length: outputs }, () => (draw.uniform() < 0.1 ? 0 : size * (0.2 + draw.uniform())))
      : size;
  const { transfer, output, shot } = shape;
  return {
    input: shape.input,
    shot:
      shot && 'gain' in shot
        ? {
            ...shot,
            dark: coefficient(shot.dark),
            power: coefficient(shot.power),
            product: coefficient(shot.product),
          }
        : shot,
    bound: shape.bound,
    noise: shape.noise.map((term) => ({ kind: term.kind, coefficient: coefficient(term) })),
    transfer:
      transfer?.kind === 'table'
        ? {
            kind: 'table',
            range: transfer.range,
            values: Float32Array.from({ length: transfer.points }, () => 4 * draw.uniform() - 2),
          }
        : transfer,
    output: output && {
      bits: output.bits,
      coding: output.coding,
      range: output.range.kind === 'fixed' ? { kind: 'fixed', range: coefficient(output.range) } : output.range,
    },
  };
}
