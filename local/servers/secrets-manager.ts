import { createServer, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import { closeNow, guard, listenOnLoopback } from '../lib/loopback.ts';

export type SecretsManager = {
  readonly endpoint: string;
  readonly put: (values: ReadonlyMap<string, string>, history?: SecretHistory) => void;
  readonly stop: () => Promise<void>;
};

export type SecretHistory = {
  readonly previous: (arn: string) => string | undefined;
  readonly mayChange: (arn: string) => boolean;
  readonly changed: (arn: string, versions: { readonly current: string; readonly previous: string }) => void;
};

type Answer = readonly [status: number, body: Readonly<Record<string, unknown>>];

const noHistory: SecretHistory = { previous: () => undefined, mayChange: () => false, changed: () => {} };

/** Secrets Manager's GetSecretValue and PutSecretValue (AWS JSON 1.1). It keeps values in memory only. */
export async function startSecretsManager(accessKey: string): Promise<SecretsManager> {
  const secrets = new Map<string, string>();
  let history = noHistory;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const {
      SecretId: id,
      VersionStage: stage = 'AWSCURRENT',
      SecretString: value,
    }: Input = Object(await json(request));
    const current = typeof id === 'string' ? secrets.get(id) : undefined;
    if (typeof id !== 'string' || current === undefined) return failure('ResourceNotFoundException');
    switch (request.headers['x-amz-target']) {
      case 'secretsmanager.GetSecretValue':
        return version(id, stage, stage === 'AWSCURRENT' ? current : history.previous(id));
      case 'secretsmanager.PutSecretValue':
        if (typeof value !== 'string' || !history.mayChange(id)) return failure('InvalidRequestException');
        history.changed(id, { current: value, previous: current });
        secrets.set(id, value);
        return [200, { ARN: id, Name: id, VersionId: 'local', VersionStages: ['AWSCURRENT'] }];
      default:
        return failure('UnknownOperationException');
    }
  }

  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request).catch((): Answer => failure('InvalidRequestException'));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  });
  guard(server, accessKey);
  const port = await listenOnLoopback(server);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    put(values, kept = noHistory) {
      secrets.clear();
      for (const [arn, value] of values) secrets.set(arn, value);
      history = kept;
    },
    stop: () => closeNow(server),
  };
}

type Input = { readonly SecretId?: unknown; readonly VersionStage?: unknown; readonly SecretString?: unknown };

const version = (id: string, stage: unknown, value: string | undefined): Answer =>
  value === undefined
    ? failure('ResourceNotFoundException')
    : [200, { ARN: id, Name: id, SecretString: value, VersionId: 'local', VersionStages: [stage] }];

const messages = {
  ResourceNotFoundException: "Secrets Manager can't find the specified secret, or this version of it.",
  InvalidRequestException: 'This request cannot be granted: the value may be set in the environment.',
  UnknownOperationException: 'Only GetSecretValue and PutSecretValue are supported.',
};

const failure = (type: keyof typeof messages): Answer => [400, { __type: type, message: messages[type] }];
