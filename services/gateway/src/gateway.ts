import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { OhmlightError } from '@ohmlight/contracts';
import type { Registry } from '@ohmlight/registry';
import { advertisedHost, type Logger } from '@ohmlight/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppModule } from './app.module.js';
import type { GatewayConfig } from './config.js';
import type { Engine } from './engine/engine.js';
import type { ModelCatalogue } from './engine/model-catalogue.js';
import { Announcement } from './health/announcement.js';
import type { MatmulFactory } from './matmul/index.js';
import { errorBody } from './openai/error-body.js';
import { parseJsonBody } from './openai/json-body.js';
import { RouteTable } from './openai/route-table.js';
import { CATALOGUE, ENGINE, LOGGER, MATMUL_FACTORY, PROCESS_ID, REDIS, REGISTRY } from './tokens.js';

/** Most bytes of a body. */
export const BODY_LIMIT = 4 * 1024 * 1024;
/** Milliseconds that running generations get to end when the gateway stops. */
const DRAIN_MS = 3_500;
/** Milliseconds that answers then get to leave. */
const FLUSH_MS = 500;

/** Request ids that are taken over from the client as they are. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE_REQUEST_ID.test(given) ? given : `req_${randomUUID().replaceAll('-', '')}`;
}

export interface Gateway {
  readonly port: number;
  readonly engine: Engine;
  /** Ends gracefully: refuses new work, lets running work end, frees everything. */
  close(): Promise<void>;
}

/**
 * Starts a gateway that listens.
 * @param matmuls stands in for the configured way to the cores, in tests
 * @throws whatever keeps it from starting
 */
export async function startGateway(config: GatewayConfig, matmuls?: MatmulFactory): Promise<Gateway> {
  const adapter = new FastifyAdapter({
    genReqId: requestId,
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
    // The router refuses a malformed path before any hook or filter runs.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      const named = new OhmlightError('invalid_value', error.message, null, { cause: error });
      void reply.code(named.row.http).header('x-request-id', request.id).send(errorBody(named));
    },
  });
  const fastify = adapter.getInstance();
  /** Responses that have not ended. */
  const open = new Set<ServerResponse>();
  const routes: { url: string; method: string | string[] }[] = [];
  fastify.addHook('onRoute', (route) => void routes.push({ url: route.url, method: route.method }));
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.raw.setHeader('x-request-id', request.id);
    open.add(reply.raw);
    reply.raw.once('close', () => open.delete(reply.raw));
    done();
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.register(config, matmuls), adapter, {
    abortOnError: false,
    bodyParser: false,
    logger: false,
  });
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as string));
    } catch (error) {
      done(error as Error);
    }
  });
  const [engine, log, registry] = [
    app.get<Engine>(ENGINE),
    app.get<Logger>(LOGGER),
    app.get<Registry | null>(REGISTRY),
  ];
  let announcement: Announcement | undefined;
  const close = async (): Promise<void> => {
    await announcement?.stopping().catch(() => {});
    await engine.stop(DRAIN_MS);
    const flushed = performance.now() + FLUSH_MS;
    while (open.size > 0 && performance.now() < flushed) await delay(10);
    await app.close();
    await announcement?.stop().catch(() => {});
    await app.get<MatmulFactory>(MATMUL_FACTORY).close();
    app.get<Redis | null>(REDIS)?.disconnect();
    for (const { model, checkpoint } of app.get<ModelCatalogue>(CATALOGUE).checkpoints) {
      await model.close();
      await checkpoint.close();
    }
  };
  try {
    await app.listen(config.OHMLIGHT_PORT, config.OHMLIGHT_HOST);
    for (const { url, method } of routes) app.get(RouteTable).add(url, method);
    const { port } = app.getHttpServer().address() as AddressInfo;
    if (registry) {
      const host = advertisedHost(config);
      announcement = new Announcement(registry, app.get<string>(PROCESS_ID), `${host}:${port}`, log);
      await announcement.start();
    }
    log.info({ port, matmul: config.OHMLIGHT_MATMUL }, 'ready');
    return { port, engine, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
