import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { CalibrationSource, Operation } from '@ohmlight/contracts';
import { calibrationOf } from '@ohmlight/shard-router';
import type { ModelCatalogue, ServedModel } from '../engine/model-catalogue.js';
import { CALIBRATIONS, CATALOGUE } from '../tokens.js';

/** Unix seconds since when the models are served. */
const CREATED = Math.floor(Date.now() / 1000);

/** Operations of which a matrix is calibrated on the device that runs it. */
export function calibratedOperations(
  { checkpoint: { checkpoint }, placement }: Pick<ServedModel, 'checkpoint' | 'placement'>,
  calibrations: CalibrationSource,
): ReadonlySet<Operation> {
  const matrices = checkpoint.matrices(placement.rules.ffn === undefined ? 'apart' : 'fused');
  const found = matrices.filter((matrix) => calibrationOf(matrix, placement, { calibrations }));
  return new Set(found.map(({ operation }) => operation));
}

function modelCard(model: ServedModel, calibrations: CalibrationSource): object {
  const { id, checkpoint, placement } = model;
  const calibrated = calibratedOperations(model, calibrations);
  return {
    id,
    object: 'model',
    created: CREATED,
    owned_by: 'ohmlight',
    root: checkpoint.name,
    parent: null,
    max_model_len: checkpoint.context,
    ohmlight: {
      checkpoint: checkpoint.name,
      placement: placement.name,
      description: placement.description,
      operations: Object.fromEntries(
        Object.entries(placement.operations).map(([operation, device]) => [
          operation,
          { ...device, calibrated: calibrated.has(operation as Operation) },
        ]),
      ),
    },
  };
}

/** GET /v1/models and /v1/models/{id}, also without the prefix. */
@Controller(['v1/models', 'models'])
export class ModelsController {
  constructor(
    @Inject(CATALOGUE) private readonly catalogue: ModelCatalogue,
    @Inject(CALIBRATIONS) private readonly calibrations: CalibrationSource,
  ) {}

  @Get()
  list(): object {
    return { object: 'list', data: this.catalogue.list().map((model) => modelCard(model, this.calibrations)) };
  }

  @Get(':id')
  one(@Param('id') id: string): object {
    return modelCard(this.catalogue.resolve(id), this.calibrations);
  }
}
