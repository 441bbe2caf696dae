import type { LabContext, Outcome } from '../experiment.js';
import { profileOf } from '../profile.js';
import { deviation, mean } from '../statistics.js';
import { buildChip, type Chip } from './chip.js';
import { type CircuitDesign, designOf } from './design.js';
import type { MlpOptions } from './experiment.js';
import { circuitNetwork, type Mapped, mapNetwork } from './mapping.js';
import { accuracy, digitalNetwork, forward, type Network } from './network.js';
import { boundary, GRID, mlpFigure, type Picture } from './figure.js';
import { mlpTables } from './report.js';
import { type Points, twoSpirals } from './spirals.js';
import { train } from './train.js';

/** One line of the comparison. */
export interface MlpRow {
  readonly [field: string]: string | number | null;
  /** What computes: `digital`, or `circuit`. */
  readonly network: string;
  /** How its weights came about: `fp32`, or `circuit`. */
  readonly training: string;
  /** Which errors are drawn: `none`, `noise`, `mismatch`, `both`. */
  readonly errors: string;
  readonly chips: number;
  readonly readings: number;
  readonly train_accuracy: number;
  readonly test_accuracy: number;
  readonly test_accuracy_std: number;
  readonly test_accuracy_worst: number;
  /** Share of the test points, and of the pictured square, that the fp32 network puts into the same class. */
  readonly agreement: number;
  readonly area_agreement: number;
}

const ERRORS = ['none', 'noise', 'mismatch', 'both'] as const;

interface Setting {
  readonly options: MlpOptions;
  readonly design: (mismatch: number, noise: number) => CircuitDesign;
  readonly training: Points;
  readonly test: Points;
  readonly digital: { readonly test: Float32Array; readonly grid: Float32Array };
}

const agreement = (a: Float32Array, b: Float32Array): number => mean(a.map((v, i) => (v > 0 === b[i]! > 0 ? 1 : 0)));

/** Accuracy of chips, each read several times. */
function measure(mapped: Mapped, training: string, errors: (typeof ERRORS)[number], setting: Setting): MlpRow {
  const { options } = setting;
  const mismatch = errors === 'mismatch' || errors === 'both' ? options.mismatch : 0;
  const noise = errors === 'noise' || errors === 'both' ? options.noise : 0;
  const design = setting.design(mismatch, noise);
  const chips = mismatch > 0 ? options.chips : 1;
  const readings = noise > 0 ? options.repeats : 1;
  const [onTraining, onTest, same, area]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let chip = 0; chip < chips; chip++) {
    const built = buildChip(mapped, design, options.seed + BigInt(chip));
    for (let reading = 0; reading < readings; reading++) {
      const test = built.run(setting.test.x, reading);
      onTraining.push(accuracy(built.run(setting.training.x, reading), setting.training.labels));
      onTest.push(accuracy(test, setting.test.labels));
      same.push(agreement(test, setting.digital.test));
      if (reading === 0) area.push(agreement(built.run(GRID, reading), setting.digital.grid));
    }
  }
  return {
    network: 'circuit',
    training,
    errors,
    chips,
    readings,
    train_accuracy: mean(onTraining),
    test_accuracy: mean(onTest),
    test_accuracy_std: deviation(onTest),
    test_accuracy_worst: Math.min(...onTest),
    agreement: mean(same),
    area_agreement: mean(area),
  };
}

function fitNetwork(options: MlpOptions, points: Points, progress: LabContext['progress']): Network {
  const { hidden, epochs, seed } = options;
  const first = digitalNetwork([2, hidden, hidden, 1], seed);
  return train(first, points, { epochs, learningRate: 0.01, decay: 1e-4, limit: Infinity }, (epoch) => {
    if (epoch % 50 === 0) progress(`training in fp32: ${epoch}/${epochs}`);
  });
}

/** Goes on from the fp32 weights with the circuit's laws in the forward and the backward pass. */
function retrain(mapped: Mapped, setting: Setting, progress: LabContext['progress']): Mapped {
  const { options, training } = setting;
  const epochs = Math.ceil(options.epochs / 2);
  const start = circuitNetwork(mapped, setting.design(0, 0));
  const { layers } = train(start, training, { epochs, learningRate: 0.003, decay: 0, limit: 1 }, (epoch) => {
    if (epoch % 50 === 0) progress(`training for the circuit: ${epoch}/${epochs}`);
  });
  return { ...mapped, layers };
}

export function runMlp(options: MlpOptions, { profiles, progress }: LabContext): Outcome {
  const profile = profileOf(profiles, options.profile, ['gilbert-cmos', 'gilbert-board'], options.set);
  const spirals = { count: options.points, turns: options.turns, spread: options.spread };
  const training = twoSpirals(spirals, options.seed, 'training');
  const test = twoSpirals(spirals, options.seed, 'test');
  const design = (mismatch: number, noise: number): CircuitDesign =>
    designOf(profile, { rectifier: options.rectifier, mismatch, noise });
  const network = fitNetwork(options, training, progress);
  const digital = { test: forward(network, test.x).logits, grid: forward(network, GRID).logits };
  const setting: Setting = { options, design, training, test, digital };
  const mapped = mapNetwork(network, training.x);
  const versions: [string, Mapped][] = [['fp32', mapped]];
  if (options.train === 'circuit') versions.push(['circuit', retrain(mapped, setting, progress)]);

  const accurate = accuracy(digital.test, test.labels);
  const rows: MlpRow[] = [
    {
      network: 'digital',
      training: 'fp32',
      errors: 'none',
      chips: 0,
      readings: 1,
      train_accuracy: accuracy(forward(network, training.x).logits, training.labels),
      test_accuracy: accurate,
      test_accuracy_std: 0,
      test_accuracy_worst: accurate,
      agreement: 1,
      area_agreement: 1,
    },
  ];
  const pictures: Picture[] = [{ title: 'Digital, fp32', ...boundary(digital.grid, digital.test, test) }];
  let chip: Chip | undefined;
  for (const [name, version] of versions) {
    for (const errors of ERRORS) {
      progress(`${name}: chips with ${errors} errors`);
      rows.push(measure(version, name, errors, setting));
    }
    chip = buildChip(version, design(options.mismatch, options.noise), options.seed);
    const title = name === 'fp32' ? 'Analog, one chip' : 'Analog, one chip, trained for the circuit';
    pictures.push({ title, ...boundary(chip.run(GRID, 0), chip.run(test.x, 0), test) });
  }
  const { cost } = chip!;
  return {
    rows: rows.map((row) => ({
      profile: profile.name,
      rectifier: options.rectifier,
      ...row,
      ...(row.network === 'circuit'
        ? {
            multipliers: cost.multipliers,
            amplifiers: cost.amplifiers,
            device_seconds: cost.seconds,
            device_watts: cost.watts,
            device_joules: cost.joules,
          }
        : { multipliers: null, amplifiers: null, device_seconds: null, device_watts: null, device_joules: null }),
    })),
    tables: mlpTables(rows, cost, mapped),
    figure: mlpFigure(pictures, profile.name, options),
    remarks: [
      `Weights of the first network are trained once, in fp32; a chip's errors are drawn, not corrected by training. Modelled time and power are the device's, rectifiers not counted.`,
    ],
  };
}
