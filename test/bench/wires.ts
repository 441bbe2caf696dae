/**
 * Wires of a crossbar: error and time of each form against the exact effective matrix, on one thread. Prints the
 * tables of docs/reference/wires.md. After a build:
 *
 *   node test/bench/wires.ts [largest side]
 */
import {
  effectiveMatrix,
  iterate,
  lineForm,
  rankOne,
  wireModel,
  type ExactMethod,
} from '../../libs/devices/dist/electronic/wires/index.js';
import { random } from '../../libs/tile-engine/testing/random.ts';

const LARGEST = Number(process.argv[2] ?? 256);
const INPUTS = 20;
const OHMS = 0.5;
const WIRES = { inputSegment: OHMS, outputSegment: OHMS };
const CASES = [
  [64, 1e5],
  [128, 1e5],
  [256, 1e5],
  [512, 1e5],
  [64, 1e4],
  [128, 1e4],
  [256, 1e4],
] as const;

type Matrix = Float64Array;
type Form = (g: Matrix, rows: number, columns: number, wires: typeof WIRES, into?: Matrix) => Matrix;

const FORMS: Record<string, Form> = { 'no wires': (g) => g, 'rank-one': rankOne, 'line form': lineForm };

function product(w: Matrix, x: Float64Array, columns: number): Float64Array {
  const y = new Float64Array(columns);
  x.forEach((volts, i) => {
    for (let j = 0; j < columns; j++) y[j]! += volts * w[i * columns + j]!;
  });
  return y;
}

/** ‖y − y_exact‖/‖y_exact‖ over all inputs. */
function relativeError(w: Matrix, exact: Matrix, inputs: Float64Array[], columns: number): number {
  let error = 0;
  let signal = 0;
  for (const x of inputs) {
    const y = product(w, x, columns);
    product(exact, x, columns).forEach((value, j) => {
      error += (y[j]! - value) ** 2;
      signal += value ** 2;
    });
  }
  return Math.sqrt(error / signal);
}

const minus = (a: Matrix, b: Matrix): Matrix => a.map((value, at) => value - b[at]!);

/** CPU time of the process in ms, so that what else the machine does counts little; the compiler's included. */
function timed<T>(run: () => T): [T, number] {
  const start = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(start);
  return [result, (user + system) / 1e3];
}

const part = (error: number): string => (error < 1e-3 ? error.toExponential(0) : error.toPrecision(2));

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0));

const accuracy: string[] = [];
const times: string[] = [];

for (const [n, rMin] of CASES.filter(([n]) => n <= LARGEST)) {
  const { uniform, gaussian } = random(n);
  const cells = (of: () => number): Matrix => Float64Array.from({ length: n * n }, () => (0.1 + 0.9 * of()) / rMin);
  const weights = Float64Array.from({ length: n * n }, () => Math.max(-1, Math.min(1, gaussian() / 3)));
  const half = (sign: number): Matrix => {
    let at = 0;
    return cells(() => Math.max(0, sign * weights[at++]!));
  };
  const planes = { a: cells(uniform), b: cells(uniform), plus: half(1), minus: half(-1), full: cells(() => 1) };
  const positive = Array.from({ length: INPUTS }, () => Float64Array.from({ length: n }, uniform));
  const signed = Array.from({ length: INPUTS }, () => Float64Array.from({ length: n }, gaussian));

  const solve = (g: Matrix, method?: ExactMethod): Matrix => effectiveMatrix(g, n, n, WIRES, method);
  const exact = Object.fromEntries(Object.entries(planes).map(([name, g]) => [name, solve(g)])) as typeof planes;
  const exactMs = (method: ExactMethod): string =>
    n <= 256 ? milliseconds(timed(() => solve(planes.a, method))[1]) : '';
  const [chosen, chosenMs] = timed(() => solve(planes.a));
  for (let warmUp = 0; warmUp < 3; warmUp++) iterate(positive[0]!, planes.a, n, n, WIRES);
  const [iterated, iterateMs] = timed(() => iterate(positive[0]!, planes.a, n, n, WIRES));
  const apart = Math.max(
    ...iterated.currents.map((value, j) => Math.abs(value - product(chosen, positive[0]!, n)[j]!)),
  );
  const between = apart / Math.max(...iterated.currents);
  const formMs: number[] = [];
  for (const [name, form] of Object.entries(FORMS)) {
    const of = (g: Matrix): Matrix => form(g, n, n, WIRES);
    const into = new Float64Array(n * n);
    for (let warmUp = 0; warmUp < 10; warmUp++) form(planes.a, n, n, WIRES, into);
    const [, ms] = timed(() => {
      for (let run = 0; run < 10; run++) form(planes.a, n, n, WIRES, into);
    });
    formMs.push(ms / 10);
    const errors = [
      relativeError(of(planes.a), exact.a, positive, n),
      relativeError(of(planes.a), exact.a, signed, n),
      relativeError(of(planes.full), exact.full, positive, n),
      relativeError(minus(of(planes.plus), of(planes.minus)), minus(exact.plus, exact.minus), positive, n),
      relativeError(minus(of(planes.plus), of(planes.minus)), minus(exact.plus, exact.minus), signed, n),
      relativeError(minus(of(planes.a), of(planes.b)), minus(exact.a, exact.b), positive, n),
    ];
    const kind = name === 'no wires' ? 'none' : name === 'line form' ? 'line-form' : 'rank-one';
    const { expectedError } = wireModel({ rows: n, columns: n, wires: WIRES, gMax: 1 / rMin }, { kind });
    accuracy.push(`| ${n}, ${rMin / 1e3} kΩ | ${name} | ${errors.map(part).join(' | ')} | ${part(expectedError)} |`);
  }
  times.push(
    `| ${n}, ${rMin / 1e3} kΩ | ${milliseconds(chosenMs)} | ${exactMs('sweeps')} | ${exactMs('elimination')} | ${milliseconds(iterateMs)} | ${between.toExponential(0)} | ${milliseconds(formMs[1]!)} | ${milliseconds(formMs[2]!)} |`,
  );
}

process.stdout.write(`Relative error against the exact effective matrix, ${OHMS} Ω per segment both ways

| N × N, R_min | form | uniform, x ≥ 0 | uniform, x ± | all at g_max, x ≥ 0 | pairs, x ≥ 0 | pairs, x ± | unrelated pairs, x ≥ 0 | expected |
|---|---|---|---|---|---|---|---|---|
${accuracy.join('\n')}

CPU time, ms, and how far the iteration is from the exact matrix

| N × N, R_min | exact, as chosen | by sweeps | by elimination | iterate, one input | apart | rank-one | line form |
|---|---|---|---|---|---|---|---|
${times.join('\n')}
`);
