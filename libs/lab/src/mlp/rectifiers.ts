import { clampOutput, diodeOutput, superDiodeOutput } from '@ohmlight/devices/electronic';

export const RECTIFIERS = ['clamp', 'super-diode', 'diode', 'ideal'] as const;
export type RectifierName = (typeof RECTIFIERS)[number];

/** A switch of 100 Ω that leaks through 1 GΩ, against a load of 10 kΩ: a small MOSFET behind a comparator. */
const CLAMP = { on: 100, off: 1e9, load: 1e4 } as const;
/** 1N4148: I_s 2.52 nA, n 1.752, against 10 kΩ. */
const DIODE = { saturationCurrent: 2.52e-9, emission: 1.752, load: 1e4 } as const;

/** The law of a rectifier between two layers, volts to volts; `openLoop` is the amplifier's gain in a super-diode. */
export function rectifierLaw(name: RectifierName, temperature: number, openLoop: number): (volts: number) => number {
  switch (name) {
    case 'clamp':
      return (volts) => clampOutput(volts, CLAMP.on, CLAMP.off, CLAMP.load);
    case 'super-diode':
      return (volts) => superDiodeOutput(volts, { ...DIODE, temperature }, openLoop);
    case 'diode':
      return (volts) => diodeOutput(volts, { ...DIODE, temperature });
    case 'ideal':
      return (volts) => Math.max(0, volts);
  }
}
