import { exp } from '@ohmlight/tile-engine';
import type { Axis, Figure, HeatMark, Mark, Panel } from '@ohmlight/plots';
import { logSpaced } from '../statistics.js';
import type { Correlation, Kernel, Mask, Picture } from './correlator.js';
import type { FourierOptions } from './experiment.js';
import type { Place } from './pictures.js';
import type { ScatterRow } from './scatter.js';

interface Shown {
  readonly picture: Picture;
  readonly kernel: Kernel;
  readonly mask: Mask;
  readonly shown: Correlation;
  readonly places: readonly Place[];
  readonly scattered: readonly ScatterRow[];
  readonly options: FourierOptions;
}

/** Millimetres. */
const lengthAxis = (label: string, from: number, to: number): Axis => ({ label, unit: 'mm', domain: [from, to] });

/** An image whose first row stands at the top, its places `pitch` millimetres apart. */
function image(
  title: string,
  { columns, rows, values }: HeatMark['field'],
  pitch: number,
  rest: Partial<HeatMark>,
  marks: readonly Mark[] = [],
): Panel {
  const [width, height] = [columns * pitch, rows * pitch];
  // Places are square on square panels.
  const side = Math.max(width, height);
  return {
    title,
    x: lengthAxis('across', (width - side) / 2, (width + side) / 2),
    y: lengthAxis('down', (height + side) / 2, (height - side) / 2),
    marks: [
      { kind: 'heat', style: 'cells', field: { columns, rows, values }, x: [0, width], y: [0, height], ...rest },
      ...marks,
    ],
  };
}

/** Values of the Fourier plane with the axis in the middle. */
function centred(size: number, value: (at: number) => number): Float64Array {
  const half = size / 2;
  return Float64Array.from({ length: size * size }, (_, i) => {
    const [row, column] = [Math.floor(i / size), i % size];
    return value((((row + half) % size) * size + ((column + half) % size)) | 0);
  });
}

/** An image of the Fourier plane, `reach` millimetres to either side. */
const focal = (title: string, size: number, reach: number, values: Float64Array, rest: Partial<HeatMark>): Panel => ({
  title,
  x: lengthAxis('across the focal plane', -reach, reach),
  y: lengthAxis('down the focal plane', reach, -reach),
  marks: [
    {
      kind: 'heat',
      style: 'cells',
      field: { columns: size, rows: size, values },
      x: [-reach, reach],
      y: [-reach, reach],
      ...rest,
    },
  ],
});

const DARKEST = -50;

function pattern({ picture: { size }, shown: { spectrum } }: Shown, reach: number): Panel {
  const light = spectrum.re.map((re, i) => re * re + spectrum.im[i]! * spectrum.im[i]!);
  const most = light.reduce((largest, value) => Math.max(largest, value), 0);
  const decibels = (at: number): number => Math.max(DARKEST, 10 * Math.log10(light[at]! / most + 1e-30));
  return focal('Its diffraction pattern, behind the first lens', size, reach, centred(size, decibels), {
    domain: [DARKEST, 0],
    label: 'light',
    unit: 'dB',
  });
}

function maskPanel({ picture: { size }, mask: { field } }: Shown, reach: number): Panel {
  const magnitude = (at: number): number => Math.sqrt(field.re[at]! ** 2 + field.im[at]! ** 2);
  const turns = field.im.some((im, at) => Math.abs(im) > 1e-9 * magnitude(at));
  return turns
    ? focal(
        'The mask: phase',
        size,
        reach,
        centred(size, (at) => Math.atan2(field.im[at]!, field.re[at]!)),
        { colours: 'diverging', domain: [-Math.PI, Math.PI], label: 'phase', unit: 'rad' },
      )
    : focal(
        'The mask: transmission of the field',
        size,
        reach,
        centred(size, (at) => field.re[at]!),
        {
          label: 'transmission',
          domain: [0, 1],
        },
      );
}

function outputPanel({ picture: { size }, shown: { output }, places }: Shown, pitch: number): Panel {
  const most = output.re.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const letters = places.map(({ row, column }) => ({ x: (column + 0.5) * pitch, y: (row + 0.5) * pitch }));
  return image(
    'Behind the second lens: the convolution',
    { columns: size, rows: size, values: output.re.map((value) => value / most) },
    pitch,
    { colours: 'diverging', domain: [-1, 1], label: 'field', unit: 'of the largest' },
    letters.length === 0
      ? []
      : [{ kind: 'scatter', name: 'where the letter stands', shape: 'cross', colour: 2, size: 6, points: letters }],
  );
}

function scatterPanel({ scattered }: Shown): Panel {
  const [from, to] = [scattered[0]!.sigma, scattered.at(-1)!.sigma];
  const sigmas = logSpaced(from, Math.max(to, from * 1.5), 100);
  return {
    title: 'Light that phase errors scatter',
    x: { label: "σ of the mask's phases", unit: 'rad', scale: 'log' },
    y: { label: 'part of the output’s light', scale: 'log' },
    marks: [
      { kind: 'line', name: '1 − e^(−σ²)', x: sigmas, y: sigmas.map((sigma) => 1 - exp(-sigma * sigma)) },
      {
        kind: 'scatter',
        name: 'drawn masks, ± standard error',
        points: scattered.map(({ sigma, scattered: share, error }) => ({
          x: sigma,
          y: share,
          low: Math.max(share / 10, share - error),
          high: share + error,
        })),
      },
    ],
  };
}

export function fourierFigure(of: Shown): Figure {
  const { picture, kernel, options } = of;
  const pitch = options.pitch * 1e3;
  const reach = ((options.wavelength * options.focalLength) / options.pitch / 2) * 1e3;
  const peak = kernel.values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const what = options.kernel === 'letter' ? `the letter ${options.letter}` : options.kernel;
  return {
    title: 'A 4f correlator',
    subtitle: `${picture.size} × ${picture.size} places of ${Number((options.pitch * 1e6).toPrecision(4))} µm, λ = ${Number((options.wavelength * 1e9).toPrecision(4))} nm, f = ${options.focalLength * 1e3} mm, kernel: ${what}, mask: ${options.mask}, phase errors ${options.phaseNoise} rad, seed ${options.seed}`,
    note: 'A lens makes the Fourier transform of the field before it; a mask there multiplies, and the second lens makes a picture of the product: the convolution. The output is shown the way round that the picture is.',
    columns: 3,
    panels: [
      image('The picture', { columns: picture.size, rows: picture.size, values: picture.values }, pitch, {
        colours: 'grey',
        levels: 2,
        label: 'field',
      }),
      pattern(of, reach),
      maskPanel(of, reach),
      image(
        'The kernel, as it is laid over the picture',
        { columns: kernel.width, rows: kernel.height, values: kernel.values },
        pitch,
        {
          colours: 'diverging',
          domain: [-peak, peak],
          label: 'weight',
        },
      ),
      outputPanel(of, pitch),
      scatterPanel(of),
    ],
    panelSize: { width: 260, height: 260 },
  };
}
