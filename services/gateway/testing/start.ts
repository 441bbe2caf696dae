import { Checkpoint } from '@ohmlight/transformer';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../src/config.js';
import { type Gateway, startGateway } from '../src/gateway.js';
import { NoisyMatmuls } from './noisy-matmuls.js';
import { writeTinyCheckpoint } from './tiny-checkpoint.js';

export const PROFILES = fileURLToPath(new URL('../../../profiles', import.meta.url));

export interface TestGateway {
  readonly gateway: Gateway;
  readonly matmuls: NoisyMatmuls;
  readonly url: string;
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** A listening gateway over the tiny checkpoint, with matmuls that a test may hold or spoil. */
export async function startTestGateway(env: Record<string, string> = {}): Promise<TestGateway> {
  const tiny = writeTinyCheckpoint();
  const config = readConfig({
    OHMLIGHT_PORT: '0',
    OHMLIGHT_MATMUL: 'in-process',
    OHMLIGHT_CHECKPOINTS: `tiny=${tiny.directory}`,
    OHMLIGHT_PROFILES: PROFILES,
    OHMLIGHT_LOG_LEVEL: 'silent',
    OHMLIGHT_SHADOW_SHARE: '0',
    OHMLIGHT_SHADOW_REQUEST_SHARE: '0',
    OHMLIGHT_DIGITAL_UNIT: 'inline',
    ...env,
  });
  const checkpoint = await Checkpoint.open('tiny', tiny.directory);
  const matmuls = await NoisyMatmuls.load(checkpoint);
  await checkpoint.close();
  const gateway = await startGateway(config, matmuls);
  const url = `http://127.0.0.1:${gateway.port}`;
  return {
    gateway,
    matmuls,
    url,
    post: (path, body, init = {}) =>
      fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
        ...init,
      }),
    async stop() {
      await gateway.close();
      tiny.remove();
    },
  };
}
