import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import type { DispatcherConfig } from './config/environment.js';

/**
 * Starts a dispatcher; closing the context stops it gracefully.
 * @throws OhmlightError whose message is one line with cause and remedy.
 */
export function startDispatcher(config: DispatcherConfig): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(AppModule.register(config), { logger: false, abortOnError: false });
}
