import { emptyLedger, joulesBand, type Ledger, totalJoules } from '@ohmlight/contracts';
import { createTypescriptEngine } from '@ohmlight/tile-engine';
import { describe, expect, it } from 'vitest';
import { batchOf, random } from '../../../tile-engine/testing/random.js';
import { profiles, shardOf, variant } from '../../testing/profiles.js';
import { createDevice } from '../create-device.js';
import { endsOf, withBand } from './band.js';

interface Values {
  readonly adc: number;
  readonly efficiency: number;
}

const parameters = {
  adc: { value: 2, unit: 'J', source: 'here', low: 1, high: 10, band: 'there' },
  efficiency: { value: 0.5, unit: '1', source: 'here', low: 0.25, high: 1, band: 'there' },
  other: { value: 7, unit: '1', source: 'here' },
};
const cost = ({ adc, efficiency }: Values): Ledger => ({
  ...emptyLedger(),
  joules: { adc, laser: 1 / efficiency },
});

describe('the band of a ledger', () => {
  it('is what the cost function says at the ends of each value, whichever end costs more', () => {
    const ends = endsOf<Values>(parameters);
    expect(ends).toHaveLength(2);
    const ledger = withBand({ adc: 2, efficiency: 0.5 }, ends, cost);
    // Total 4: the converters 1 … 10 for 2, the laser 1 … 4 for 2.
    expect(joulesBand(ledger)).toEqual({ low: 2, high: 14 });
    expect(totalJoules(ledger.joules)).toBe(4);
  });

  it('is none without uncertain values', () => {
    expect(withBand({ adc: 2, efficiency: 0.5 }, [], cost)).toEqual(cost({ adc: 2, efficiency: 0.5 }));
  });
});

describe('profiles of the electronic pool', () => {
  const engine = createTypescriptEngine();
  const electronic = [...profiles.devices.values()].filter(
    ({ pool, parameters }) => pool === 'electronic' && parameters['adc_bits']!.value !== 0,
  );

  it.each(electronic.map(({ name }) => name))('%s: converters cost ×/÷ 5.7, and so does their leakage', (name) => {
    const draw = random(4);
    const device = createDevice(variant(name), engine);
    const shard = device.program(
      shardOf({ k: 40, n: 32 }, name),
      Float32Array.from({ length: 40 * 32 }, () => draw.uniform() - 0.5),
    );
    const { ledger } = shard.execute(
      batchOf(
        Float32Array.from({ length: 40 }, () => draw.uniform() - 0.5),
        1,
      ),
    );
    const { joulesBelow, joulesAbove } = ledger;
    expect(joulesAbove / joulesBelow).toBeCloseTo(5.7, 2);
    // What leaks with the converters is in the band with them.
    const leakage = (profiles.devices.get(name)!.parameters['leakage_share']?.value as number | undefined) ?? 0;
    expect(joulesAbove / (4.7 * ledger.joules.adc! * (1 + leakage))).toBeCloseTo(1, 1);
    shard.release?.();
  });
});
