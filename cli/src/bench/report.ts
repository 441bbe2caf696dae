import { renderTable, significant } from '../table.js';
import type { Check } from './check.js';
import type { BenchRow } from './rows.js';

const COLUMNS = [
  { title: 'rows', align: 'right' },
  { title: 'matrix' },
  { title: 'kernel' },
  { title: 'path' },
  { title: 'threads', align: 'right' },
  { title: 'GOP/s', align: 'right' },
  { title: 'p10', align: 'right' },
  { title: 'p90', align: 'right' },
  { title: 'best', align: 'right' },
  { title: '÷ OpenBLAS', align: 'right' },
  { title: '÷ AIHWKIT', align: 'right' },
  { title: 'µs', align: 'right' },
  { title: 'B/weight', align: 'right' },
] as const;

const matrixName = ({ k, n, tile_rows: tile }: BenchRow): string => `${k}×${n}${tile === null ? '' : ` by ${tile}`}`;

/** The rows as a table: median, quantiles and best of the rounds. */
export const renderRows = (rows: readonly BenchRow[], width: number): string[] =>
  renderTable(
    COLUMNS,
    rows.map((row) => [
      String(row.rows),
      matrixName(row),
      row.kernel,
      row.path ?? '',
      String(row.threads),
      significant(row.gops),
      significant(row.gops_p10),
      significant(row.gops_p90),
      significant(row.gops_best),
      significant(row.ratio_openblas),
      significant(row.ratio_aihwkit),
      significant(row.seconds * 1e6),
      significant(row.bytes_per_weight),
    ]),
    width,
  );

const CHECK_COLUMNS = [
  { title: 'rows', align: 'right' },
  { title: 'matrix' },
  { title: 'kernel' },
  { title: 'path' },
  { title: 'threads', align: 'right' },
  { title: 'differs from the reference' },
] as const;

export const renderChecks = (checks: readonly Check[], width: number): string[] =>
  renderTable(
    CHECK_COLUMNS,
    checks.map(({ rows, k, n, kernel, path, threads, different }) => [
      String(rows),
      `${k}×${n}`,
      kernel,
      path,
      String(threads),
      different === 0 ? 'in no bit' : `in ${different} values`,
    ]),
    width,
  );
