import { type FakeServer, type Received, type Reply, startFakeServer } from './fake-server.ts';

/** What a service of AWS was asked: the operation's name, and its input. */
export type Asked = { readonly operation: string; readonly input: Readonly<Record<string, unknown>> };

export type FakeAws = Pick<FakeServer, 'inject' | 'close'> & {
  readonly asked: () => readonly Asked[];
  /** For a client of the SDK. */
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
};

/** A service of AWS that speaks its JSON protocol, for the SDK's own clients. */
export async function startFakeAws(answer: (asked: Asked) => object): Promise<FakeAws> {
  const { url, requests, inject, close } = await startFakeServer((request) => ({
    status: 200,
    body: answer(askedIn(request)),
  }));
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    asked: () => requests.map(askedIn),
    inject,
    close,
    options: { endpoint: url, region: 'eu-central-1', credentials },
  };
}

/** AWS refuses, and says why. */
export const refusal = (type: string, details: object = {}): Reply => ({
  status: 400,
  body: { __type: type, ...details },
});

const askedIn = ({ headers, body }: Received): Asked => ({
  operation: String(headers['x-amz-target']).split('.').at(-1) ?? '',
  input: Object(body),
});
