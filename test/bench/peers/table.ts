/** What a sample of (y − Wx)/rms(Wx) looks like. */
export interface Described {
  readonly mean: number;
  readonly std: number;
  /** Σ y·Wx/Σ (Wx)². */
  readonly gain: number;
  /** Values below which 1, 5, 50, 95 and 99 % lie. */
  readonly quantiles: readonly number[];
}

/** A distance of samples: ours from AIHWKIT's in the mean over pairs of seeds, and AIHWKIT's from one another. */
export interface Distances {
  readonly ohmlight: number;
  readonly seeds: number;
}

export interface Comparison {
  readonly case: string;
  readonly matrix: string;
  /** Seconds since programming. */
  readonly age: number;
  readonly compensation: 'none' | 'global';
  readonly ohmlight: Described;
  readonly aihwkit: Described;
  /** In standard deviations of AIHWKIT's errors. */
  readonly wasserstein: Distances;
  readonly kolmogorov: Distances;
}

const AGES: Readonly<Record<number, string>> = {
  0: '0',
  1: '1 s',
  3600: '1 h',
  86_400: '1 d',
  172_800: '2 d',
  31_536_000: '1 y',
};
/** Of the Gaussian matrix the first age, a day and the last one: what the guide shows. */
export function shownOf(comparisons: readonly Comparison[]): Comparison[] {
  const gaussian = comparisons.filter(({ matrix }) => matrix === 'gaussian');
  return gaussian.filter((row) => {
    const ages = gaussian.filter((other) => other.case === row.case).map(({ age }) => age);
    return [Math.min(...ages), 86_400, Math.max(...ages)].includes(row.age);
  });
}

const figure = (value: number): string => value.toPrecision(3);

/** The comparisons as a Markdown table. */
export function tableOf(comparisons: readonly Comparison[]): string {
  const head = [
    'case',
    'matrix',
    'age',
    'GDC',
    'σ, Ohmlight',
    'σ, AIHWKIT',
    'gain, Ohmlight',
    'gain, AIHWKIT',
    'W₁/σ',
    'W₁/σ of seeds',
    'KS',
    'KS of seeds',
  ];
  const lines = comparisons.map(({ ohmlight, aihwkit, ...row }) => [
    row.case,
    row.matrix,
    AGES[row.age] ?? `${row.age} s`,
    row.compensation === 'global' ? 'yes' : 'no',
    figure(ohmlight.std),
    figure(aihwkit.std),
    ohmlight.gain.toFixed(3),
    aihwkit.gain.toFixed(3),
    row.wasserstein.ohmlight.toFixed(3),
    row.wasserstein.seeds.toFixed(3),
    row.kolmogorov.ohmlight.toFixed(3),
    row.kolmogorov.seeds.toFixed(3),
  ]);
  const rule = head.map((_, i) => (i < 4 ? '---' : '--:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
