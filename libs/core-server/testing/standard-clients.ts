import { fileURLToPath } from 'node:url';
import {
  type Client,
  type ClientDuplexStream,
  credentials,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';

const OPTIONS = { keepCase: true, longs: String, enums: String, oneofs: true };

function connect(file: string, path: string[], address: string): Client {
  let node: GrpcObject[string] = loadPackageDefinition(loadSync(file, OPTIONS));
  for (const name of path) node = (node as GrpcObject)[name]!;
  return new (node as ServiceClientConstructor)(address, credentials.createInsecure());
}

/** A client of grpc.health.v1.Health. */
export const healthClient = (address: string): Client =>
  connect(protoPath, ['grpc', 'health', 'v1', 'Health'], address);

/** A client of grpc.reflection.v1.ServerReflection. */
export const reflectionClient = (address: string): Client =>
  connect(
    fileURLToPath(new URL('../proto/grpc/reflection/v1/reflection.proto', import.meta.resolve('@grpc/reflection'))),
    ['grpc', 'reflection', 'v1', 'ServerReflection'],
    address,
  );

/** One unary call. */
export function ask(client: Client, method: string, request: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    methodOf(client, method)(request, (error: Error | null, response: unknown) => {
      if (error) reject(error);
      else resolve(response);
    });
  });
}

/** Asks the reflection service one thing after the other, over one stream. */
export function reflect(client: Client, requests: unknown[]): Promise<Record<string, unknown>[]> {
  return new Promise((resolve, reject) => {
    const answers: Record<string, unknown>[] = [];
    const stream = methodOf(client, 'ServerReflectionInfo')() as ClientDuplexStream<unknown, Record<string, unknown>>;
    stream.on('data', (answer: Record<string, unknown>) => answers.push(answer));
    stream.on('end', () => resolve(answers));
    stream.on('error', reject);
    for (const request of requests) stream.write(request);
    stream.end();
  });
}

/** A method of a client whose type is known at run time alone. */
function methodOf(client: Client, name: string): (...args: unknown[]) => unknown {
  const method: unknown = Reflect.get(client, name);
  if (typeof method !== 'function') throw new Error(`the client has no method ${name}`);
  return (...args) => Reflect.apply(method, client, args);
}
