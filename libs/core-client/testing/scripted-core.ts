import { Server, ServerCredentials, status } from '@grpc/grpc-js';
import { proto } from '@ohmlight/contracts';

export const UNIMPLEMENTED = { code: status.UNIMPLEMENTED, details: 'not of this core' };

/** Starts a gRPC server that behaves as `handlers` say; methods that they leave out answer UNIMPLEMENTED. */
export async function startScriptedCore(handlers: Partial<proto.CoreServiceServer>, port: number) {
  const server = new Server();
  server.addService(proto.CoreServiceService, {
    describe: (_call, callback) => callback(UNIMPLEMENTED),
    evict: (_call, callback) => callback(UNIMPLEMENTED),
    recalibrate: (_call, callback) => callback(UNIMPLEMENTED),
    program: (_call, callback) => callback(UNIMPLEMENTED),
    execute: (call) => void call.emit('error', Object.assign(new Error('none'), UNIMPLEMENTED)),
    ...handlers,
  } satisfies proto.CoreServiceServer);
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, at) =>
      error ? reject(error) : resolve(at),
    );
  });
  return { server, port: bound };
}
