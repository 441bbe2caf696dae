import { totalJoules } from '@ohmlight/contracts';
import { BERT_BASE, encoderWork, peakOperations, ratingOf, workloadLedger } from '@ohmlight/devices';
import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import type { Family } from './family.js';

const LIGHTENING = 'Lightening-Transformer (DOTA-B, 8 bit), its own code';
/** Parts of DOTA-B with their power, mW; modulators are Mach-Zehnder's and rings. */
const DOTA: readonly (readonly [parts: readonly string[], name: string, milliwatts: number])[] = [
  [['laser'], 'lasers', 12_321.468],
  [['dac'], 'DACs', 25_714.286],
  [['adc'], 'ADCs', 4262.4],
  [['modulator', 'router'], 'modulators and rings', 4032],
  [['tia'], 'amplifiers', 1728],
  [['detector'], 'photodiodes', 2534.4],
];

/** Architectures in the order of what they take for BERT-base at 128 tokens, least first. */
const ORDER = ['ddot-lt', 'mrr-wdm', 'mzi-clements'];

/** In how many of energy and latency each takes less than the next. */
function pairsInOrder(bench: Bench): number {
  const work = encoderWork(BERT_BASE, 128);
  const taken = ORDER.map((name) => {
    const device = bench.device(name);
    const { seconds, joules } = workloadLedger(work, (k, n, rows) => device.cost!(k, n, rows));
    return [seconds, totalJoules(joules)] as const;
  });
  let ordered = 0;
  for (let i = 1; i < taken.length; i++)
    for (const quantity of [0, 1] as const) if (taken[i - 1]![quantity] < taken[i]![quantity]) ordered++;
  return ordered;
}

/** Rails of a weight, which follow each other on the mirrors. */
const RAILS = 2;

/** Published figures of optical hardware. */
export const optical: Family = {
  name: 'Optics',
  *figures(bench): Generator<Figure> {
    const dota = ratingOf(bench.profile('ddot-lt'));
    const base = { source: LIGHTENING, kind: 'equation' as const };
    for (const [parts, name, published] of DOTA)
      yield {
        ...base,
        name: `DOTA-B: ${name}`,
        unit: 'mW',
        published,
        ours: dota.parts.reduce((sum, { part, watts }) => (parts.includes(part) ? sum + watts * 1e3 : sum), 0),
        tolerance: 0.001,
      };
    yield { ...base, name: 'DOTA-B: all parts', unit: 'W', published: 50.93519, ours: dota.watts, tolerance: 0.001 };
    yield {
      ...base,
      name: 'DOTA-B: area',
      unit: 'mm²',
      published: 60.3,
      ours: dota.squareMetres! * 1e6,
      tolerance: 0.002,
    };
    yield {
      ...base,
      name: 'DOTA-B: loss from laser to detector',
      unit: 'dB',
      published: 4.22,
      ours: dota.insertionLoss,
      tolerance: 0.002,
    };
    yield {
      name: 'BERT-base at 128 tokens: dot-product crossbar below microring banks below mesh, time and energy',
      source: 'Lightening-Transformer: the order of its architectures',
      kind: 'held out',
      unit: 'of 4',
      published: 4,
      ours: pairsInOrder(bench),
      tolerance: 0,
      note: 'an order, not a ratio: the sizes of all three are our profiles’',
    };
    const lightmatter = peakOperations({ cores: 4, inputs: 128, outputs: 128, symbolRate: 500e6 });
    yield {
      name: 'Lightmatter, six chips: peak rate',
      source: 'Lightmatter, Nature 2025: 65.5 TOPS of ABFP16',
      kind: 'components',
      unit: 'TOPS',
      published: 65.5,
      ours: lightmatter / 1e12,
      tolerance: 0.01,
      note: 'four tensor cores of 128 × 128 at 500 MHz, a geometry that we assume; no profile is this machine',
    };
    // One row on one array: all planes of both rails.
    const { seconds } = bench.rowOf('dmd-bitplane', 1024, 256, { pipeline_latency: 0 }, 1);
    const rate = RAILS / seconds;
    yield {
      name: 'DLP7000, 8-bit patterns, global reset',
      source: 'Texas Instruments, E2E forum: 8 × 43.22 µs',
      kind: 'components',
      unit: 'Hz',
      published: 2892,
      ours: rate,
      tolerance: 0.02,
    };
    yield {
      name: 'DLP7000, 8-bit patterns, data sheet',
      source: 'Texas Instruments, DLP7000 data sheet: more than 1900 Hz',
      kind: 'held out',
      unit: 'Hz',
      published: 1900,
      ours: rate,
      tolerance: 0.1,
      miss: 0.522,
      note: 'The data sheet’s patterns are weighted by time; planes of ours are shown alike and weighted behind the ADC. It is a lower bound, too.',
    };
  },
};
