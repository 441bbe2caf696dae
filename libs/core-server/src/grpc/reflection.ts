import { fileURLToPath } from 'node:url';
import type { Server } from '@grpc/grpc-js';
import { loadSync, type Options } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProtoPath } from 'grpc-health-check';

// src/grpc and dist/grpc lie equally deep below the repository's proto/.
const PROTO_ROOT = fileURLToPath(new URL('../../../../proto', import.meta.url));
const OPTIONS: Options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };

/** Adds the reflection service, which tells a caller without proto files what this server offers. */
export function addReflection(server: Server): void {
  new ReflectionService({
    ...loadSync('ohmlight/core/v1/core.proto', { ...OPTIONS, includeDirs: [PROTO_ROOT] }),
    ...loadSync(healthProtoPath, OPTIONS),
  }).addToServer(server);
}
