import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import { asOhmlightError, OhmlightError } from '@ohmlight/contracts';
import type { Logger, Metrics } from '@ohmlight/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ClientGone } from '../engine/generation.js';
import { LOGGER, METRICS } from '../tokens.js';
import { errorBody, retryHeaders } from './error-body.js';
import { RouteTable } from './route-table.js';

/** Every error of every path, in OpenAI's shape. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    @Inject(RouteTable) private readonly routes: RouteTable,
    @Inject(METRICS) private readonly metrics: Metrics,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (thrown instanceof ClientGone) {
      reply.raw.destroy();
      return;
    }
    const error = this.#named(thrown, request);
    this.metrics.add('ohmlight_request_errors_total', { code: error.code });
    const line = {
      request_id: request.id,
      code: error.code,
      err: error.code === 'internal_error' ? thrown : undefined,
    };
    if (error.row.http >= 500) this.log.error(line, error.message);
    else this.log.info(line, error.message);
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    const allow = error.code === 'method_not_allowed' ? { allow: this.routes.methodsOf(request.url).join(', ') } : {};
    const retryAfter = error instanceof RetryLater ? error.seconds : 1;
    void reply
      .code(error.row.http)
      .headers({ ...retryHeaders(error, retryAfter), ...allow })
      .type('application/json; charset=utf-8')
      .send(errorBody(error));
  }

  /** The error of the table that stands for what was thrown. */
  #named(thrown: unknown, request: FastifyRequest): OhmlightError {
    if (!(thrown instanceof HttpException)) return asOhmlightError(thrown);
    const options = { cause: thrown };
    switch (thrown.getStatus()) {
      case 404:
        return this.#noRoute(request);
      case 413:
        return new OhmlightError(
          'body_too_large',
          `the body exceeds ${request.routeOptions.bodyLimit ?? 0} bytes`,
          null,
          options,
        );
      case 415:
        return new OhmlightError('invalid_json', 'send the body with content-type application/json', null, options);
      case 503:
        return new OhmlightError('shutting_down', 'the gateway is stopping and takes no new work', null, options);
      default:
        return thrown.getStatus() < 500
          ? new OhmlightError('invalid_json', thrown.message, null, options)
          : asOhmlightError(thrown);
    }
  }

  #noRoute(request: FastifyRequest): OhmlightError {
    const path = request.url.split('?', 1)[0]!;
    const methods = this.routes.methodsOf(path);
    return methods.length > 0
      ? new OhmlightError('method_not_allowed', `${path} takes ${methods.join(', ')}, not ${request.method}`)
      : new OhmlightError('not_found', `there is no ${path}; paths: ${this.routes.paths().join(', ')}`);
  }
}

/** A refusal that knows when to try again. */
export class RetryLater extends OhmlightError {
  constructor(
    error: OhmlightError,
    readonly seconds: number,
  ) {
    super(error.code, error.message, error.param, { cause: error });
  }
}
