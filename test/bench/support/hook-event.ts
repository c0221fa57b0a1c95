import { createHash } from 'node:crypto';

/** What API Gateway hands to receive for a POST of the hook; with all that a real one carries. */
export function hookEvent(body: string, hookKey: string, number = 1): string {
  const id = createHash('sha256').update(`${number}`).digest('hex').slice(0, 16);
  return JSON.stringify({
    version: '2.0',
    routeKey: 'POST /smartsupp/{key+}',
    rawPath: `/smartsupp/${hookKey}`,
    rawQueryString: '',
    headers: {
      accept: '*/*',
      'content-length': String(Buffer.byteLength(body)),
      'content-type': 'application/json',
      host: 'abcdefghij.execute-api.eu-central-1.amazonaws.com',
      'user-agent': 'Smartsupp',
      'x-amzn-trace-id': `Root=1-6644d0a1-${id}00000000`,
      'x-forwarded-for': '192.0.2.200',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.eu-central-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      http: {
        method: 'POST',
        path: `/smartsupp/${hookKey}`,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.200',
        userAgent: 'Smartsupp',
      },
      requestId: id,
      routeKey: 'POST /smartsupp/{key+}',
      stage: '$default',
      time: '04/May/2026:08:21:30 +0000',
      timeEpoch: 1_777_882_890_000,
    },
    pathParameters: { key: hookKey },
    body,
    isBase64Encoded: false,
  });
}
