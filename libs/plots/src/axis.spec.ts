import { describe, expect, it } from 'vitest';
import { layAxis } from './axis.js';

const texts = (...args: Parameters<typeof layAxis>): string[] =>
  layAxis(...args).ticks.flatMap(({ text }) => (text ? [text] : []));

describe('layAxis', () => {
  it('puts decades of a log axis at equal distances and writes far ones as powers', () => {
    const axis = { label: 'power', scale: 'log' } as const;
    const laid = layAxis(axis, () => [1e-9, 1e-3], [], [0, 600], 'tight');
    expect(laid.at(1e-8) - laid.at(1e-9)).toBeCloseTo(100, 9);
    expect(texts(axis, () => [1e-9, 1e-7], [], [0, 600], 'tight')).toEqual([
      '10⁻⁹',
      '2·10⁻⁹',
      '5·10⁻⁹',
      '10⁻⁸',
      '2·10⁻⁸',
      '5·10⁻⁸',
      '10⁻⁷',
    ]);
    expect(texts({ ...axis, ticks: 'si' }, () => [1e-6, 1e-3], [], [0, 600], 'tight')).toEqual([
      '1µ',
      '10µ',
      '100µ',
      '1m',
    ]);
  });

  it('has no place for what is not positive on a log axis', () => {
    const laid = layAxis({ label: 'p', scale: 'log' }, () => [0, -3, 1, 10], [], [0, 100], 'tight');
    expect(laid.domain).toEqual([1, 10]);
    expect(laid.at(0)).toBeNaN();
  });

  it('ends at round numbers unless told otherwise', () => {
    expect(layAxis({ label: 'x' }, () => [0.13, 9.7], [], [0, 400], 'round').domain).toEqual([0, 10]);
    expect(layAxis({ label: 'x' }, () => [0.13, 9.7], [], [0, 400], 'tight').domain).toEqual([0.13, 9.7]);
    expect(layAxis({ label: 'x', domain: [3, 1] }, () => [], [], [0, 400], 'round').domain).toEqual([3, 1]);
  });

  it('writes very small linear values with a power of ten', () => {
    expect(texts({ label: 'i' }, () => [0, 2e-6], [], [0, 280], 'round')).toEqual([
      '0',
      '5·10⁻⁷',
      '10⁻⁶',
      '1.5·10⁻⁶',
      '2·10⁻⁶',
    ]);
  });

  it('writes as many digits as tell neighbouring ticks apart', () => {
    expect(texts({ label: 'e', ticks: 'si' }, () => [1.712e-6, 1.728e-6], [], [0, 280], 'round')).toEqual([
      '1.71µ',
      '1.715µ',
      '1.72µ',
      '1.725µ',
      '1.73µ',
    ]);
    expect(texts({ label: 'e' }, () => [1.000001e6, 1.000004e6], [], [0, 210], 'round')).toEqual([
      '1.000001·10⁶',
      '1.000002·10⁶',
      '1.000003·10⁶',
      '1.000004·10⁶',
    ]);
  });

  it('names the axis that has nothing to show', () => {
    expect(() => layAxis({ label: 'energy' }, () => [NaN], [], [0, 1], 'round')).toThrow(/axis "energy" has no value/);
    expect(() => layAxis({ label: 'p', scale: 'log', domain: [0, 1] }, () => [], [], [0, 1], 'round')).toThrow(
      /positive/,
    );
    expect(() => layAxis({ label: 'p' }, () => [1], [], [0, 1], 'round').band('a')).toThrow(/scale to category/);
  });
});
