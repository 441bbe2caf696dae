import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Metrics } from '@ohmlight/telemetry';
import type { FastifyReply } from 'fastify';
import { METRICS } from '../tokens.js';
import { HealthService } from './health-service.js';

/** GET /health and /metrics. */
@Controller()
export class HealthController {
  constructor(
    @Inject(HealthService) private readonly health: HealthService,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {}

  @Get('health')
  async show(@Res() reply: FastifyReply): Promise<void> {
    const health = await this.health.check();
    await reply.code(health.status === 'ok' ? 200 : 503).send(health);
  }

  @Get('metrics')
  async scrape(@Res() reply: FastifyReply): Promise<void> {
    const { registry } = this.metrics;
    await reply.type(registry.contentType).send(await registry.metrics());
  }
}
