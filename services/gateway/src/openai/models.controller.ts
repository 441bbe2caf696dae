import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { CalibrationSource } from '@ohmlight/contracts';
import type { ModelCatalogue, ServedModel } from '../engine/model-catalogue.js';
import { CALIBRATIONS, CATALOGUE } from '../tokens.js';
import { modelOperations } from './model-operations.js';

/** Unix seconds since when the models are served. */
const CREATED = Math.floor(Date.now() / 1000);

function modelCard(model: ServedModel, calibrations: CalibrationSource): object {
  const { id, checkpoint, placement } = model;
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
      operations: modelOperations(model, calibrations),
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
