import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATIONS, profileFor } from '@ohmlight/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadProfiles } from './load-profiles.js';

const shipped = join(import.meta.dirname, '../../../../profiles');

describe('the shipped profiles', () => {
  const { devices, placements, digitalUnit } = loadProfiles(shipped);

  it('hold the basic device of each pool, the crossbars, and a placement that mixes them', () => {
    const kinds = new Map([...devices.values()].map(({ name, pool, kind }) => [name, `${pool} ${kind}`]));
    for (const [name, kind] of [
      ['digital-fp32', 'digital digital-fp32'],
      ['homodyne-basic', 'optical homodyne'],
      ['crossbar-basic', 'electronic crossbar'],
      ['crossbar-ideal', 'electronic crossbar-ideal'],
      ['pcm-standard', 'electronic pcm'],
      ['pcm-hermes-14nm', 'electronic pcm'],
      ['rram-neurram-130nm', 'electronic rram-wan'],
      ['rram-isaac-32nm', 'electronic rram-levels'],
      ['rram-cmo-hfox', 'electronic rram-cmo-hfox'],
      ['flash-sonos-40nm', 'electronic sonos'],
    ] as const)
      expect(kinds.get(name)).toBe(kind);
    expect(digitalUnit.name).toBe('digital-unit');
    expect(placements.get('hybrid')).toMatchObject({
      file: 'placements/hybrid.yaml',
      rules: [{ profile: 'crossbar-basic' }, { operation: 'lm_head', profile: 'digital-fp32' }],
    });
  });

  it('make a placement of every device', () => {
    for (const name of devices.keys()) {
      const { rules, file } = placements.get(name)!;
      // Nothing is fused unless a placement asks for it.
      const apart = OPERATIONS.map((operation) => profileFor(rules, 0, operation));
      expect(apart).toEqual(OPERATIONS.map((operation) => (operation === 'ffn' ? undefined : name)));
      expect(file).toBeUndefined();
    }
  });
});

describe('a profile directory at fault', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ohmlight-profiles-'));
    cpSync(shipped, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** Replaces the first match in a file. */
  const edit = (file: string, from: string | RegExp, to: string): void => {
    const path = join(directory, file);
    const before = readFileSync(path, 'utf8');
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(path, after);
  };
  const crossbar = 'devices/crossbar-basic.yaml';
  const pcm = 'devices/pcm-standard.yaml';
  const isaac = 'devices/rram-isaac-32nm.yaml';
  const mask = 'devices/phase-mask.yaml';
  const homodyne = 'devices/homodyne-tfln.yaml';
  const mirrors = 'devices/dmd-bitplane.yaml';
  const freespace = 'devices/freespace-incoherent.yaml';
  const hybrid = 'placements/hybrid.yaml';

  it.each([
    [
      'an unknown parameter',
      crossbar,
      'parameters:',
      'parameters:\n  g_mux: { value: 1, unit: S, source: assumption }',
      'parameters.g_mux: unknown field',
    ],
    ['a missing parameter', crossbar, '  g_max:', '  g_mux:', 'parameters.g_max: '],
    ['a value without unit', crossbar, /^ +unit: S\n/m, '', 'parameters.g_min.unit: the unit must be "S"'],
    ['a value in another unit', crossbar, /unit: S\n/, 'unit: uS\n', 'parameters.g_min.unit: the unit must be "S"'],
    ['a value without source', crossbar, /^ +source: .*g_min.*\n/m, '', 'parameters.g_min.source: '],
    ['an empty source', crossbar, /source: .*g_min.*\n/, "source: ' '\n", 'parameters.g_min.source: name a paper'],
    ['a value of the wrong type', crossbar, 'value: 9e-6', 'value: nine', 'parameters.g_min.value: '],
    ['a value out of range', crossbar, 'value: 9e-6', 'value: -1', 'parameters.g_min.value: '],
    ['a value that is not finite', crossbar, 'value: 9e-6', 'value: .inf', 'parameters.g_min.value: '],
    [
      'values that exclude each other',
      crossbar,
      'value: 9e-6',
      'value: 1',
      'parameters.g_min.value: g_min must be less',
    ],
    ['a fraction of a bit', crossbar, /(input_bits:\n +value: )8/, '$18.5', 'parameters.input_bits.value: '],
    ['a tile of 0', pcm, /(tile_rows:\n +value: )512/, '$10', 'parameters.tile_rows.value: '],
    ['an ADC of 40 bits', pcm, /(adc_bits:\n +value: )8/, '$140', 'parameters.adc_bits.value: '],
    ['a negative conductance', pcm, /(g_max:\n +value: )2.5e-05/, '$1-1', 'parameters.g_max.value: '],
    ['a tile that shards cut', pcm, /(tile_columns:\n +value: )256/, '$1192', 'tile_columns must divide 256'],
    ['a slice as wide as the weight', isaac, /(cell_bits:\n +value: )2/, '$116', 'parameters.cell_bits.value: '],
    ['readout without converters', pcm, /(input_bits:\n +value: )8/, '$10', 'parameters.adc_bits.value: without'],
    ['a laser of no power', mask, /(laser_power:\n +value: )1.0/, '$10', 'parameters.laser_power.value: '],
    [
      'a photon budget of 0',
      'devices/homodyne-basic.yaml',
      /(photons_per_mac:\n +value: )1000/,
      '$10',
      'parameters.photons_per_mac.value: ',
    ],
    [
      'a loss that leaves no photon',
      homodyne,
      /(link_loss:\n +value: )10/,
      '$1400',
      'parameters.laser_power.value: with',
    ],
    [
      'a floating line without capacitance',
      'devices/rram-neurram-130nm.yaml',
      /(line_capacitance:\n +value: )5.856e-13/,
      '$10',
      'parameters.line_capacitance.value: a line that floats',
    ],
    ['light without a unit', mirrors, /(laser_power:\n +value: .*\n) +unit: W\n/, '$1', 'the unit must be "W"'],
    ['a loss that is gain', freespace, /(link_loss:\n +value: )6/, '$1-6', 'parameters.link_loss.value: '],
    [
      'a σ of shot noise',
      mask,
      'parameters:',
      "parameters:\n  shot_sigma: { value: 0.1, unit: '1', source: assumption }",
      'parameters.shot_sigma: unknown field',
    ],
    [
      'more than an electron a photon',
      mask,
      /(responsivity:\n +value: )1.0/,
      '$12',
      'parameters.responsivity.value: a photon',
    ],
    [
      'a phase error without source',
      mask,
      /(phase_error:\n +value: .*\n +unit: rad\n) +source: .*\n/,
      '$1',
      'parameters.phase_error.source: ',
    ],
    ['mirrors that show nothing', mirrors, 'value: weights', 'value: nothing', 'parameters.mirrors.value: '],
    [
      'rails that hardly differ',
      freespace,
      /(extinction_ratio:\n +value: )12/,
      '$11',
      'parameters.extinction_ratio.value: below',
    ],
    [
      'a base that is not there',
      pcm,
      'kind: pcm',
      'extends: pcm-lost',
      'extends: there is no device profile "pcm-lost"',
    ],
    ['a base that is itself', pcm, 'kind: pcm', 'extends: pcm-standard', 'extends this profile in turn'],
    ['an unknown kind', crossbar, 'kind: crossbar', 'kind: abacus', 'kind: '],
    ['another pool', crossbar, 'pool: electronic', 'pool: optical', 'pool: '],
    ['another name', crossbar, 'name: crossbar-basic', 'name: other', 'name: "other" differs from the file\'s name'],
    ['a name that no model may have', crossbar, 'name: crossbar-basic', 'name: A@b', 'name: use lower-case'],
    ['broken YAML', crossbar, 'parameters:', 'parameters: [', 'not YAML'],
    ['a repeated key', crossbar, 'parameters:', 'parameters: {}\nparameters:', 'not YAML'],
    ['a digital unit without source', 'digital-unit.yaml', /^ +source: .*\n/m, '', 'parameters.peak_rate.source: '],
    ['an unknown operation', hybrid, 'lm_head:', 'lm_foot:', 'rules.lm_foot: there is no operation "lm_foot"'],
    ['layers in disorder', hybrid, 'lm_head:', 'layers 3-1:', 'rules.layers 3-1: the layers end before they begin'],
    ['layers of lm_head', hybrid, 'lm_head:', 'layer 1 lm_head:', 'rules.layer 1 lm_head: lm_head lies behind'],
    [
      'rules that overlap',
      hybrid,
      'lm_head:',
      'layers 0-2: digital-fp32\n  layers 2-3:',
      'rules.layers 2-3: it and "layers 0-2" speak for the same matrices',
    ],
    [
      'an operation beside the fused part that it belongs to',
      hybrid,
      'lm_head:',
      'ffn: digital-fp32\n  down:',
      'rules.down: it and "ffn" speak for the same matrices',
    ],
    ['a placement without default', 'placements/hybrid.yaml', /default: .*\n/, '', 'default: '],
  ])('is refused for %s, naming file and field', (_, file, from, to, message) => {
    edit(file, from, to);
    expect(() => loadProfiles(directory)).toThrow(expect.objectContaining({ code: 'invalid_profile' }));
    expect(() => loadProfiles(directory)).toThrow(new RegExp(`${file}:\\d+: `));
    expect(() => loadProfiles(directory)).toThrow(message);
  });

  it('names the line of the field at fault', () => {
    edit(pcm, /(adc_bits:\n +value: )8/, '$140');
    const line = readFileSync(join(directory, pcm), 'utf8').split('\n').indexOf('    value: 40') + 1;
    expect(() => loadProfiles(directory)).toThrow(`${pcm}:${line}: parameters.adc_bits.value: `);
  });

  it('takes a variant of a few lines over what it extends', () => {
    const variant = [
      'name: pcm-faulty',
      'extends: pcm-standard',
      'title: Faulty',
      'description: One device in a hundred is stuck.',
      'parameters:',
      "  stuck_low: { value: 0.01, unit: '1', source: assumption }",
      '',
    ].join('\n');
    writeFileSync(join(directory, 'devices/pcm-faulty.yaml'), variant);
    const { devices, placements } = loadProfiles(directory);
    const { title, kind, parameters } = devices.get('pcm-faulty')!;
    expect([title, kind]).toEqual(['Faulty', 'pcm']);
    expect(parameters).toEqual({
      ...devices.get('pcm-standard')!.parameters,
      stuck_low: { value: 0.01, unit: '1', source: 'assumption' },
    });
    expect(placements.has('pcm-faulty')).toBe(true);
  });

  it('is refused for a placement that names a missing device, listing those that exist', () => {
    edit('placements/hybrid.yaml', 'lm_head: digital-fp32', 'lm_head: digital-fp64');
    const names = [...loadProfiles(shipped).devices.keys()].join(', ');
    expect(() => loadProfiles(directory)).toThrow(
      expect.objectContaining({
        code: 'profile_not_found',
        message: `placements/hybrid.yaml:5: rules.lm_head: no device profile "digital-fp64"; there are ${names}`,
      }),
    );
  });

  it("is refused for a placement of a device's name", () => {
    cpSync(join(directory, 'placements/hybrid.yaml'), join(directory, 'placements/digital-fp32.yaml'));
    edit('placements/digital-fp32.yaml', 'name: hybrid', 'name: digital-fp32');
    expect(() => loadProfiles(directory)).toThrow(/is a device profile already/);
  });

  it.each(['devices', 'placements', 'digital-unit.yaml'])('is refused without %s', (path) => {
    rmSync(join(directory, path), { recursive: true });
    expect(() => loadProfiles(directory)).toThrow(/check OHMLIGHT_PROFILES/);
  });
});

describe('a placement with a rule for ffn', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ohmlight-profiles-'));
    cpSync(shipped, directory, { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const write = (file: string, text: string): void => writeFileSync(join(directory, file), text);
  const place = (ffn: string): void =>
    write(
      'placements/chained.yaml',
      `name: chained\ndescription: A chain\ndefault: crossbar-basic\nrules:\n  ffn: ${ffn}\n`,
    );

  it('names a device with a chain: its own circuit, or the reference', () => {
    for (const name of ['pcm-standard', 'gilbert-opamp-cmos', 'digital-fp32']) {
      place(name);
      const { rules } = loadProfiles(directory).placements.get('chained')!;
      expect(profileFor(rules, 0, 'ffn')).toBe(name);
      expect(profileFor(rules, 0, 'qkv')).toBe('crossbar-basic');
    }
  });

  it.each(['crossbar-basic', 'homodyne-basic', 'rram-isaac-32nm', 'gilbert-board-ad633'])(
    'is refused for %s, naming those that have one',
    (name) => {
      place(name);
      expect(() => loadProfiles(directory)).toThrow(
        expect.objectContaining({
          code: 'invalid_profile',
          message: expect.stringMatching(
            new RegExp(
              `placements/chained.yaml:5: rules.ffn: .*"${name}" has no chain.*pcm-standard.*without the rule`,
            ),
          ),
        }),
      );
    },
  );

  const extending = (base: string, more: string): string =>
    `name: mine\nextends: ${base}\ntitle: Mine\ndescription: Mine\n${more}`;

  it('takes the chain of what it extends, value by value', () => {
    const change = "chain:\n  gain_spread: { value: 0.5, unit: '1', source: assumption }\n";
    write('devices/mine.yaml', extending('pcm-standard', change));
    const { devices } = loadProfiles(directory);
    const [own, base] = [devices.get('mine')!.chain!, devices.get('pcm-standard')!.chain!];
    expect(own.gain_spread.value).toBe(0.5);
    expect({ ...own, gain_spread: base.gain_spread }).toEqual(base);
  });

  it.each([
    [
      'an unknown value',
      'pcm-standard',
      "chain:\n  gain: { value: 1, unit: '1', source: assumption }\n",
      'chain.gain: unknown field',
    ],
    [
      'arrays that need digits between them',
      'pcm-standard',
      "parameters:\n  weight_scheme: { value: differential-digital, unit: '1', source: assumption }\n",
      'parameters.weight_scheme.value: a chain subtracts in the array',
    ],
    [
      'lines that float',
      'pcm-standard',
      "parameters:\n  sense: { value: voltage, unit: '1', source: assumption }\n  line_capacitance: { value: 1e-12, unit: F, source: assumption }\n  settling_bits: { value: 8, unit: bit, source: assumption }\n",
      'parameters.sense.value: a chain takes currents',
    ],
    ['a kind without one', 'homodyne-basic', 'chain: {}\n', 'chain: '],
  ])('refuses a chain with %s', (_, base, more, reason) => {
    write('devices/mine.yaml', extending(base, more));
    expect(() => loadProfiles(directory)).toThrow(
      expect.objectContaining({ code: 'invalid_profile', message: expect.stringContaining(reason) }),
    );
  });
});
