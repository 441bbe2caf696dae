import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { ModelCatalogue, ServedModel } from '../engine/model-catalogue.js';
import { CATALOGUE } from '../tokens.js';

/** Unix seconds since when the models are served. */
const CREATED = Math.floor(Date.now() / 1000);

function modelCard({ id, checkpoint, placement }: ServedModel): object {
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
      operations: placement.operations,
    },
  };
}

/** GET /v1/models and /v1/models/{id}, also without the prefix. */
@Controller(['v1/models', 'models'])
export class ModelsController {
  constructor(@Inject(CATALOGUE) private readonly catalogue: ModelCatalogue) {}

  @Get()
  list(): object {
    return { object: 'list', data: this.catalogue.list().map(modelCard) };
  }

  @Get(':id')
  one(@Param('id') id: string): object {
    return modelCard(this.catalogue.resolve(id));
  }
}
