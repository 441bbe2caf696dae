import { describe, expect, it } from 'vitest';
import {
  addParallel,
  addSequential,
  emptyLedger,
  joulesBand,
  type Ledger,
  ledgerFromProto,
  ledgerToProto,
  shareOf,
} from './ledger.js';

const ledger: Ledger = {
  seconds: 2,
  joules: { adc: 3, array: 1 },
  joulesBelow: 2.5,
  joulesAbove: 14,
  macs: 100,
  dacConversions: 10,
  adcConversions: 20,
  bytesMoved: 30,
  reloads: 1,
  reloadSeconds: 1.5,
};

describe('a ledger', () => {
  it('survives the wire whole, band included', () => {
    expect(ledgerFromProto(ledgerToProto(ledger))).toEqual(ledger);
  });

  it('has a band of one value where nothing is uncertain', () => {
    expect(joulesBand({ ...emptyLedger(), joules: { array: 4 } })).toEqual({ low: 4, high: 4 });
    expect(joulesBand(ledger)).toEqual({ low: 1.5, high: 18 });
  });

  it.each([
    ['one after the other', addSequential, 4],
    ['side by side', addParallel, 2],
  ])('adds %s: bands as joules', (_, add, seconds) => {
    const sum = emptyLedger();
    add(sum, ledger);
    add(sum, ledger);
    expect(sum.seconds).toBe(seconds);
    expect(joulesBand(sum)).toEqual({ low: 3, high: 36 });
  });

  it('takes the loads of the slowest shard, and of every phase', () => {
    const sum = emptyLedger();
    addParallel(sum, { ...ledger, seconds: 3, reloadSeconds: 0.5 });
    addParallel(sum, ledger);
    expect(sum).toMatchObject({ seconds: 3, reloadSeconds: 0.5, reloads: 2 });
    addSequential(sum, ledger);
    expect(sum).toMatchObject({ seconds: 5, reloadSeconds: 2, reloads: 3 });
    // Who shares a step waits for all of its loads, and pays its part of them.
    expect(shareOf(ledger, 0.25)).toMatchObject({ seconds: 2, reloadSeconds: 1.5, reloads: 0.25 });
  });

  it('is shared with its band', () => {
    expect(joulesBand(shareOf(ledger, 0.25))).toEqual({ low: 0.375, high: 4.5 });
  });
});
