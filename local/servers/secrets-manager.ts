import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { listenOnLoopback } from '../listen.ts';

export type SecretsManager = {
  readonly endpoint: string;
  /** The secrets it has from now on: ARN to value. */
  readonly put: (values: ReadonlyMap<string, string>) => void;
  readonly stop: () => void;
};

type Answer = readonly [status: number, body: Readonly<Record<string, unknown>>];

/** Secrets Manager's GetSecretValue, in the AWS JSON 1.1 protocol; nothing of it is written to disk. */
export async function startSecretsManager(): Promise<SecretsManager> {
  let secrets: ReadonlyMap<string, string> = new Map();
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request, secrets).catch((): Answer => failure('InvalidRequestException'));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    put(values) {
      secrets = values;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(request: IncomingMessage, secrets: ReadonlyMap<string, string>): Promise<Answer> {
  const body: unknown = await json(request);
  if (request.headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') return failure('UnknownOperationException');
  const { SecretId: id } = Object(body);
  const value = typeof id === 'string' ? secrets.get(id) : undefined;
  if (value === undefined) return failure('ResourceNotFoundException');
  return [200, { ARN: id, Name: id, SecretString: value, VersionId: 'local', VersionStages: ['AWSCURRENT'] }];
}

const failure = (type: string): Answer => [
  400,
  { __type: type, message: "Secrets Manager can't find the specified secret, or does not know the operation." },
];
