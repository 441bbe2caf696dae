import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { addSequential, emptyLedger, type Ledger, totalJoules } from '@ohmlight/contracts';
import { digitalUnitLedger, loadProfiles } from '@ohmlight/devices';
import {
  documentsOf,
  PlacedMatmul,
  referenceOf,
  type StepPhase,
  stepLedger,
  subjectOf,
  windowsOf,
} from '@ohmlight/evaluation';
import { Hardware, parseModelShape, type Projection, Projector } from '@ohmlight/projection';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, digitalWorkOfRow, LlamaModel, type MatmulCall, Tokenizer } from '@ohmlight/transformer';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../paths.js';

const directory = join(ROOT, 'models', 'nano');
const profiles = loadProfiles(join(ROOT, 'profiles'));
const shape = parseModelShape(JSON.parse(readFileSync(join(directory, 'config.json'), 'utf8')), 'models/nano');
const engine = createTileEngine();
/** As served models have it: f32 elements, a matrix on one device, programming apart. */
const assumptions = { elementBytes: 4, devices: 1, amortisedOver: Infinity };
const sharding = { shardColumns: 65_536, chipSeed: 1n };
const ROWS = 32;

/** Decode steps of `ROWS` rows of a story: what each phase is asked, with the activations of the reference. */
async function phasesOf(checkpoint: Checkpoint): Promise<MatmulCall[]> {
  const [model, tokenizer] = await Promise.all([LlamaModel.load(checkpoint), Tokenizer.load(directory)]);
  const text = readFileSync(join(directory, 'heldout.txt'), 'utf8');
  const documents = documentsOf(text, 'heldout').slice(0, 1);
  const [window] = windowsOf(documents, tokenizer, checkpoint.config, checkpoint.generationConfig);
  const reference = new PlacedMatmul(checkpoint, referenceOf(profiles), engine, sharding);
  const calls: MatmulCall[] = [];
  const recording = {
    execute: (call: MatmulCall) => {
      calls.push({ ...call, batch: { ...call.batch, x: call.batch.x.slice() } });
      return reference.matmul.execute(call);
    },
  };
  const cache = model.newKvCache();
  const slice = { cache, tokens: window!.slice(0, ROWS), start: 0, seed: 0n, logits: 'all' as const };
  await model.forward([slice], recording);
  cache.free();
  await reference.close();
  await model.close();
  return calls;
}

const checkpoint = await Checkpoint.open('nano', directory);
const calls = await phasesOf(checkpoint);

/** What a served step of those rows books, the digital unit's own work apart. */
async function booked(name: string): Promise<Ledger> {
  const placed = new PlacedMatmul(checkpoint, subjectOf(profiles, name), engine, sharding);
  const ledger = emptyLedger();
  const phases: StepPhase[] = [];
  for (const call of calls) phases.push({ ...call, reply: await placed.matmul.execute(call) });
  const { flops, bytes } = digitalWorkOfRow(checkpoint.config, ROWS - 1, true);
  const unit = digitalUnitLedger(profiles.digitalUnit, { flops: ROWS * flops, bytes: ROWS * bytes });
  addSequential(ledger, stepLedger(phases, placed.standby, unit.seconds));
  await placed.close();
  return ledger;
}

function projected(name: string): { point: Projection; phases: { seconds: number; joules: number } } {
  const placement = profiles.placements.get(name)!;
  const hardware = new Map([[name, new Hardware(profiles.devices.get(name)!, engine)]]);
  const point = new Projector(shape, placement, hardware, profiles.digitalUnit, assumptions).at({
    batch: ROWS,
    context: ROWS,
  });
  return {
    point,
    phases: {
      seconds: point.seconds - point.digitalUnit.seconds,
      joules: (point.joulesPerToken - point.digitalUnit.joules) * ROWS,
    },
  };
}
const off = (ours: number, theirs: number): number => Math.abs(ours / theirs - 1);

describe("a projection of nano's own config", () => {
  it.each(['digital-fp32', 'homodyne-tfln', 'sram-c2c-22nm'])(
    'is, on %s, what its decode step books',
    async (name) => {
      const ledger = await booked(name);
      const { point, phases } = projected(name);
      expect(off(phases.seconds, ledger.seconds)).toBeLessThan(1e-12);
      expect(off(phases.joules, totalJoules(ledger.joules))).toBeLessThan(1e-12);
      expect(point.reloads).toBe(ledger.reloads);
      // A step of rows at one position; those of the story stand at 1 … ROWS.
      const { flops, bytes } = digitalWorkOfRow(checkpoint.config, ROWS - 1, true);
      const unit = digitalUnitLedger(profiles.digitalUnit, { flops: ROWS * flops, bytes: ROWS * bytes });
      expect(off(point.digitalUnit.seconds, unit.seconds)).toBeLessThan(1e-12);
      expect(off(point.digitalUnit.joules * ROWS, totalJoules(unit.joules))).toBeLessThan(1e-12);
    },
    120_000,
  );

  // Outliers set a row's scale: the other lines draw less than those of normal activations. docs/guides/project.md.
  it.each([
    ['pcm-hermes-14nm', 0.01],
    ['rram-cmo-hfox', 0.12],
  ])(
    'has, on %s, the time of its decode step, and an energy that is above by at most %d of it',
    async (name, most) => {
      const ledger = await booked(name);
      const { point, phases } = projected(name);
      expect(off(phases.seconds, ledger.seconds)).toBeLessThan(1e-12);
      const over = phases.joules / totalJoules(ledger.joules) - 1;
      expect(over).toBeGreaterThan(0);
      expect(over).toBeLessThan(most);
      expect((point.joulesByComponent.array! * ROWS) / ledger.joules.array!).toBeLessThan(1.35);
      expect(off(point.joulesByComponent.adc! * ROWS, ledger.joules.adc!)).toBeLessThan(1e-12);
    },
    120_000,
  );
});
