import { Agent } from 'node:http'
import { CreateBucketCommand, DeleteBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import {
  type Driver,
  type Fault,
  type Faults,
  type Kind,
  type Networked,
  networkFaults,
  type Setup,
  serverFaults,
  startProxy,
} from '@watchman/fault-matrix'
import { type S3Server, startS3 } from '@watchman/servers'
import { storage } from '@watchman/storage'
import { s3Probe } from '@watchman/storage/s3'
import { type Page, type Refusal, type S3Front, startS3Front } from './s3-front.ts'

interface Backend extends Networked {
  readonly server: S3Server
  readonly front: S3Front
  stop(): Promise<unknown>
}

const BUCKET = 'uploads'

async function start(): Promise<Backend> {
  const server = await startS3({ buckets: [BUCKET] })
  const [proxy, front] = await Promise.all([startProxy(server), startS3Front(server)])
  return { server, proxy, front, stop: () => Promise.all([proxy.stop(), front.stop(), server.stop()]) }
}

function connect(
  { server }: Backend,
  { address = server, tls = false }: Setup = {},
  httpAgent?: Agent,
): S3Client {
  const { region, accessKeyId, secretAccessKey } = server
  return new S3Client({
    endpoint: `${tls ? 'https' : 'http'}://${address.host}:${address.port}`,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1, // when asked to slow down, the SDK waits before the next, which may be for longer than the deadline
    ...(httpAgent && { requestHandler: { httpAgent } }),
  })
}

/** Does something with a client of our own. */
async function administer<Result>(
  backend: Backend,
  act: (client: S3Client) => Promise<Result>,
): Promise<Result> {
  const client = connect(backend)
  try {
    return await act(client)
  } finally {
    client.destroy()
  }
}

/** A fault that S3 tells of. */
function told(refusal: Refusal | Page, method?: string): Fault<Backend> {
  return {
    setup: ({ front }) => ({ address: front }),
    bring({ backend: { front } }) {
      front.refuse(refusal, method)
      return () => front.pass()
    },
  }
}

const faults: Faults<Backend> = {
  'unknown access key': told({
    status: 403,
    code: 'InvalidAccessKeyId',
    message: 'The AWS Access Key Id you provided does not exist in our records.',
    details: '<AWSAccessKeyId>S3RVER</AWSAccessKeyId>',
  }),
  'wrong secret': told({
    status: 403,
    code: 'SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
    details: '<AWSAccessKeyId>S3RVER</AWSAccessKeyId>',
  }),
  'no permission to write': told({ status: 403, code: 'AccessDenied', message: 'Access Denied' }, 'PUT'),
  'no permission to delete': told({ status: 403, code: 'AccessDenied', message: 'Access Denied' }, 'DELETE'),
  'unknown bucket': {
    async bring({ backend }) {
      await administer(backend, (client) => client.send(new DeleteBucketCommand({ Bucket: BUCKET })))
      return () => administer(backend, (client) => client.send(new CreateBucketCommand({ Bucket: BUCKET })))
    },
  },
  'asked to slow down (503)': told(
    { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
    'PUT',
  ),
  'a gateway answers in its place (502)': told({
    status: 502,
    html: '<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>',
  }),
  'broken inside (500)': told({
    status: 500,
    code: 'InternalError',
    message: 'We encountered an internal error. Please try again.',
  }),
}

const REFUSED = /^connect ECONNREFUSED 127\.0\.0\.1:\d+$/
const LATE = /^no answer to (write|size|read|remove) yet: timed out after 800 ms$/
const UNKNOWN = /^getaddrinfo \w+ nonexistent\.invalid$/
const NO_TLS = /^the endpoint does not speak TLS: it is http:, not https:$/
const CLOSED = /^the endpoint closed the connection before it had answered$/
const GARBAGE = /^what answers at the endpoint does not speak HTTP$/

const driver: Driver<Backend> = {
  name: 's3',
  open(backend, setup) {
    const agent = new Agent({ keepAlive: true })
    const client = connect(backend, setup, agent)
    const count = (lists: NodeJS.ReadOnlyDict<readonly unknown[]>) => Object.values(lists).flat().length
    const requests = () => count(agent.sockets) + count(agent.requests)
    return {
      // Not 'health/': s3rver ends when one request removes an empty folder while another begins to write to it.
      probe: s3Probe(client, { bucket: BUCKET, prefix: 'health-' }),
      leftovers: () =>
        administer(backend, async (other) => ({
          objects: (await other.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount ?? 0,
          requests: requests(),
        })),
      held: () => ({ requests: requests() }), // the last of which deletes, in five seconds or not at all
      close() {
        client.destroy()
        agent.destroy()
      },
    }
  },
  cells: {
    'the server is not started': REFUSED,
    'killed (SIGKILL) while it is asked': CLOSED,
    'killed (SIGKILL) between two probes': REFUSED,
    'held (SIGSTOP) for longer than the deadline': LATE,
    'restarted on the same port': 'ok',
    'the port refuses connections': REFUSED,
    'the name does not resolve': { reads: UNKNOWN, lasting: UNKNOWN },
    'TLS is expected and not offered': { reads: NO_TLS, lasting: NO_TLS },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': CLOSED,
    'answers garbage': GARBAGE,
    'something else answers on the port': GARBAGE,
    'accepts and says nothing': LATE,
    'accepts and closes at once': CLOSED,
    'unknown access key': /^InvalidAccessKeyId: The .* \(PutObject, HTTP 403, bucket uploads\)$/,
    'wrong secret': /^SignatureDoesNotMatch: The .* \(PutObject, HTTP 403, bucket uploads\)$/,
    'no permission to write': /^AccessDenied: Access Denied \(PutObject, HTTP 403, bucket uploads\)$/,
    'no permission to delete': /^AccessDenied: Access Denied \(DeleteObject, HTTP 403, bucket uploads\)$/,
    'unknown bucket': /^NoSuchBucket: The .* \(PutObject, HTTP 404, bucket uploads\)$/,
    'asked to slow down (503)': /^SlowDown: Please .* \(PutObject, HTTP 503, bucket uploads\)$/,
    'broken inside (500)': /^InternalError: We .* \(PutObject, HTTP 500, bucket uploads\)$/,
    'a gateway answers in its place (502)':
      /^what answers .* not speak S3 \(PutObject, HTTP 502, bucket uploads\)$/,
  },
}

export const s3Kind: Kind<Backend> = {
  name: 'S3',
  start,
  secrets: ({ server }) => [server.secretAccessKey],
  check: storage,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [driver],
}
