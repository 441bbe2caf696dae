import { Calibrations, calibratedMatrices } from '@ohmlight/calibration';
import { type Ledger, totalJoules } from '@ohmlight/contracts';
import { digitalUnitLedger, loadProfiles } from '@ohmlight/devices';
import { createTileEngine } from '@ohmlight/tile-engine';
import { Checkpoint, LlamaModel, perplexity, Tokenizer } from '@ohmlight/transformer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BATCHES, KEPT_ROWS, spreadRows } from './batch-cost.js';
import { windowsOf } from './documents.js';
import { type Evaluation, type EvaluationInput, Evaluator } from './evaluator.js';
import { perplexityOf, singleCost, snrByOperation, tokenCost } from './figures.js';
import { defaultSampling } from './generate.js';
import { PlacedMatmul, stepLedger } from './placed-matmul.js';
import { isCalibrated, referenceOf, subjectOf } from './subject.js';

const NANO = 'models/nano';
const profiles = loadProfiles('profiles');
const crossbar = subjectOf(profiles, 'crossbar-basic');

let checkpoint: Checkpoint;
let model: LlamaModel;
let tokenizer: Tokenizer;
let input: EvaluationInput;
let evaluator: Evaluator;
let evaluation: Evaluation;

beforeAll(async () => {
  checkpoint = await Checkpoint.open('nano', NANO);
  model = await LlamaModel.load(checkpoint);
  tokenizer = await Tokenizer.load(NANO);
  const documents = ['Once there was a fox who had a lantern.', 'A small bee sang to the river every evening.'];
  const windows = windowsOf(documents, tokenizer, checkpoint.config, checkpoint.generationConfig);
  input = {
    checkpoint: { name: 'nano', directory: NANO },
    windows,
    reference: referenceOf(profiles),
    shardColumns: 1024,
    chipSeed: 1n,
  };
  evaluator = await Evaluator.open(input);
  evaluation = await evaluator.evaluate(crossbar);
});
afterAll(async () => {
  await evaluator.close();
  await model.close();
  await checkpoint.close();
});

/** Runs a matmul of the same kind outside the evaluator. */
async function placed<T>(subject: typeof crossbar, use: (matmul: PlacedMatmul) => Promise<T>): Promise<T> {
  const matmul = new PlacedMatmul(checkpoint, subject, createTileEngine(), input);
  try {
    return await use(matmul);
  } finally {
    await matmul.close();
  }
}

describe('the reference', () => {
  it('diverges from itself nowhere and has the perplexity that `perplexity` gives', async () => {
    const reference = await evaluator.evaluate(input.reference);
    expect(reference).toMatchObject({ klNats: 0, agreement: 1 });
    expect(reference.errors.every(({ relativeError }) => relativeError === 0)).toBe(true);
    const direct = await placed(input.reference, ({ matmul }) => perplexity(model, matmul, input.windows));
    expect(reference.tokens).toBe(direct.tokens);
    expect(perplexityOf(reference)).toBeCloseTo(direct.perplexity, 9);
  });
});

describe('a placement', () => {
  it('is measured matrix by matrix, every one once', () => {
    expect(evaluation.errors.map(({ layer, operation }) => `${layer}/${operation}`)).toEqual(
      checkpoint.matrices().map(({ layer, operation }) => `${layer}/${operation}`),
    );
    const rows = input.windows.reduce((sum, window) => sum + window.length - 1, 0);
    for (const error of evaluation.errors) {
      expect(error.rows).toBe(rows);
      expect(error.snrDecibels).toBeCloseTo(-20 * Math.log10(error.relativeError), 9);
      expect(error.cosine).toBeGreaterThan(0.9);
      expect(error.cosine).toBeLessThan(1);
    }
    expect(evaluation.klNats).toBeGreaterThan(0);
    expect(evaluation.tokens).toBe(rows);
  });

  it('gives the same bits again', async () => {
    expect(await evaluator.evaluate(crossbar)).toEqual(evaluation);
  });

  it('answers for another chip with another error of the same size', async () => {
    const other = await Evaluator.open({ ...input, chipSeed: 2n });
    const second = await other.evaluate(crossbar);
    await other.close();
    const [a, b] = [evaluation, second].map(({ errors }) => snrByOperation(errors));
    for (const [operation, decibels] of a!) {
      expect(b!.get(operation)).not.toBe(decibels);
      expect(Math.abs(b!.get(operation)! - decibels)).toBeLessThan(3);
    }
  });

  it('uses the calibrations that the checkpoint has on its devices, unless it does without', async () => {
    const { layer, operation, k, n } = checkpoint.matrix(0, 'down');
    const clipped = { layer, operation, k, n, input_range: 1e-3, error_before: 1, error_after: 1 };
    const calibrations = new Calibrations();
    calibrations.add('nano', 'crossbar-basic', calibratedMatrices([clipped]));
    const calibrated = (placements: typeof profiles, of = 'nano') =>
      subjectOf(placements, 'crossbar-basic', { calibrations, checkpoint: of });
    const subject = calibrated(profiles);
    expect(isCalibrated(subject)).toBe(true);
    const { errors } = await evaluator.evaluate(subject);
    // An input range of a thousandth leaves hardly anything of that matrix's answer, and the first before it as it was.
    const at = errors.findIndex((error) => error.layer === layer && error.operation === operation);
    expect(errors[at]!.relativeError).toBeGreaterThan(0.9);
    expect(errors.slice(0, at)).toEqual(evaluation.errors.slice(0, at));
    const without = { ...profiles.placements.get('crossbar-basic')!, calibrated: false };
    for (const other of [
      calibrated({ ...profiles, placements: new Map([['crossbar-basic', without]]) }),
      calibrated(profiles, 'another checkpoint'),
    ])
      expect(isCalibrated(other)).toBe(false);
  });

  it('has a ledger whose components add to the total, and counts every multiply and add', () => {
    const weights = checkpoint.matrices().reduce((sum, { k, n }) => sum + k * n, 0);
    expect(evaluation.ledger.macs).toBe(weights * evaluation.tokens);
    expect(evaluation.residency.ledger.seconds).toBeGreaterThan(0);
    expect(evaluation.residency.shards).toBeGreaterThanOrEqual(checkpoint.matrices().length);
  });
});

describe('decode steps', () => {
  it('cost what the same step costs when it is run', async () => {
    // The rows that are kept, run as decode steps behind their prompts.
    const singles = spreadRows(input.windows, KEPT_ROWS);
    const ledgers: Ledger[] = [];
    await placed(crossbar, async ({ matmul, standby }) => {
      for (const { window, position } of singles) {
        const cache = model.newKvCache();
        const seed = BigInt(window);
        const tokens = input.windows[window]!;
        if (position > 0)
          await model.forward([{ cache, tokens: tokens.slice(0, position), start: 0, seed, logits: 'none' }], matmul);
        const slice = { cache, tokens: [tokens[position]!], start: position, seed, logits: 'last' as const };
        const { phases, digital } = await model.forward([slice], matmul);
        cache.free();
        const unit = digitalUnitLedger(profiles.digitalUnit, digital);
        ledgers.push(stepLedger(phases, standby, unit.seconds), unit);
      }
    });
    const joules = ledgers.reduce((sum, ledger) => sum + totalJoules(ledger.joules), 0) / singles.length;
    const seconds = ledgers.reduce((sum, ledger) => sum + ledger.seconds, 0) / singles.length;
    const cost = singleCost(evaluation);
    expect(cost.joulesPerToken / joules).toBeCloseTo(1, 12);
    expect(cost.secondsPerToken / seconds).toBeCloseTo(1, 12);
  });

  it('of a larger batch take longer, and per token less', () => {
    expect(evaluation.decode.map(({ batch }) => batch)).toEqual([...BATCHES]);
    for (let i = 1; i < BATCHES.length; i++) {
      const [before, after] = [evaluation.decode[i - 1]!, evaluation.decode[i]!];
      expect(after.ledger.seconds).toBeGreaterThan(before.ledger.seconds);
      expect(tokenCost(after).tokensPerSecond).toBeGreaterThan(0.999 * tokenCost(before).tokensPerSecond);
      expect(after.ledger.macs / before.ledger.macs).toBeCloseTo(2, 9);
      expect(after.digitalUnit.seconds).toBeLessThan(after.ledger.seconds);
      expect(after.digitalUnit.joules / before.digitalUnit.joules).toBeCloseTo(2, 9);
    }
  });
});

describe('an answer', () => {
  it('is greedy where the temperature is 0, stops at its length and agrees with itself on the reference', async () => {
    const tokens = tokenizer.encode('Once', { addSpecialTokens: false });
    const sampling = { ...defaultSampling(checkpoint), temperature: 0 };
    const prompt = { tokens, maxTokens: 6, seed: 3n, sampling, ignoreEos: true };
    const own = await evaluator.answer(input.reference, prompt);
    expect(own).toMatchObject({ finish: 'length', agree: 6, klNats: 0 });
    expect(own.decode!.steps).toBe(5);
    const expected = await placed(input.reference, async ({ matmul }) => {
      const ids = [...tokens];
      while (ids.length < tokens.length + 6) {
        const cache = model.newKvCache();
        const slice = { cache, tokens: ids, start: 0, seed: 3n, logits: 'last' as const };
        const row = (await model.forward([slice], matmul)).logits[0]![0]!;
        cache.free();
        ids.push(row.indexOf(row.reduce((top, value) => Math.max(top, value))));
      }
      return ids.slice(tokens.length);
    });
    expect(own.tokens).toEqual(expected);
    expect(own.text).toBe(tokenizer.decode(expected));

    const noisy = await evaluator.answer(crossbar, prompt);
    expect(noisy.klNats).toBeGreaterThan(0);
    expect(noisy.agree).toBeLessThanOrEqual(6);
  });
});
