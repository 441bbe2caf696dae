/**
 * The picture of what `gpu_roofline.py` measured beside the model, after a build:
 *
 *   node test/bench/rooflines.ts docs/pictures/rooflines.svg
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { totalJoules } from '../../libs/contracts/dist/index.js';
import { createDevice, loadProfiles } from '../../libs/devices/dist/index.js';
import { type Axis, type Mark, type Panel, renderFigure } from '../../libs/plots/dist/index.js';
import { createTileEngine } from '../../libs/tile-engine/dist/index.js';

interface Point {
  readonly format: string;
  readonly k: number;
  readonly n: number;
  readonly rows: number;
  readonly multiplied_rows: number;
  readonly seconds: number;
  readonly joules: number;
}

const FORMATS = ['fp32', 'bf16', 'fp8', 'int8'];
const [K, N] = [4096, 28_672];
/** Batches of the modelled curves: 16 in an octave. */
const BATCHES = [...new Set(Array.from({ length: 193 }, (_, i) => Math.round(2 ** (i / 16))))];

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('name the SVG file to write: node test/bench/rooflines.ts FILE');

const profiles = loadProfiles(join(import.meta.dirname, '../../profiles')).devices;
const engine = createTileEngine();

function panel(accelerator: string, title: string, quantity: 'seconds' | 'joules'): Panel {
  const path = join(import.meta.dirname, `rooflines/${accelerator}.json`);
  const { matrices } = JSON.parse(readFileSync(path, 'utf8')) as { readonly matrices: readonly Point[] };
  const x: Axis = { label: 'rows of the batch', scale: 'log', domain: [0.8, 5000] };
  const y: Axis =
    quantity === 'seconds'
      ? { label: 'time', unit: 'µs', scale: 'log', domain: [10, 30_000] }
      : { label: 'energy', unit: 'mJ', scale: 'log', domain: [5, 20_000] };
  const scale = quantity === 'seconds' ? 1e6 : 1e3;
  const marks = FORMATS.flatMap((format, colour): Mark[] => {
    const device = createDevice({ ...profiles.get(accelerator)!, kind: `digital-${format}` }, engine);
    const modelled = BATCHES.map((rows) => {
      const { seconds, joules } = device.shapeCost!(K, N, rows).execution;
      return quantity === 'seconds' ? seconds : totalJoules(joules);
    });
    const points = matrices.filter((p) => p.format === format && p.n === N && p.multiplied_rows === p.rows);
    // Operands of a byte and one peak: fp8 and int8 have one roofline.
    const name = format === 'fp8' ? 'fp8 and int8, model' : `${format}, model`;
    const line: Mark = { kind: 'line', name, colour, x: BATCHES, y: modelled.map((value) => value * scale) };
    return [
      ...(format === 'int8' ? [] : [line]),
      {
        kind: 'scatter',
        name: `${format}, measured`,
        colour,
        points: points.map((point) => ({ x: point.rows, y: point[quantity] * scale })),
      },
    ];
  });
  return { title, x, y, marks };
}

const svg = renderFigure({
  title: `A product with ${K} × ${N} weights on two accelerators`,
  subtitle: 'The model is the roofline of the data sheet, at idle and load power; measured as CUDA graphs',
  note: 'test/bench/gpu_roofline.py, rooflines.ts',
  columns: 2,
  panelSize: { width: 380, height: 270 },
  panels: [
    panel('h100', 'H100, time', 'seconds'),
    panel('h200', 'H200, time', 'seconds'),
    panel('h100', 'H100, energy', 'joules'),
    panel('h200', 'H200, energy', 'joules'),
  ],
});
writeFileSync(file, svg);
