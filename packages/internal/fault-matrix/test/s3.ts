import { Agent, type ClientRequest, request } from 'node:http'
import { CreateBucketCommand, DeleteBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import {
  type BackendSpec,
  type ClientOptions,
  type DriverSpec,
  type Fault,
  type Faults,
  networkFaults,
  type ProxiedServer,
  serverFaults,
  withProxy,
} from '@watchman/fault-matrix'
import { type S3Server, startS3 } from '@watchman/servers'
import { storage } from '@watchman/storage'
import { s3Probe } from '@watchman/storage/s3'
import {
  type Page,
  type S3Error,
  type S3FaultProxy,
  SILENT_PATH,
  startS3FaultProxy,
} from './s3-fault-proxy.ts'

interface Backend extends ProxiedServer<S3Server> {
  readonly s3Proxy: S3FaultProxy
}

const BUCKET = 'uploads'

/** How many sockets the client may open. */
const SOCKETS = 2

async function start(): Promise<Backend> {
  const backend = await withProxy(await startS3({ buckets: [BUCKET] }))
  const s3Proxy = await startS3FaultProxy(backend.server)
  return { ...backend, s3Proxy, stop: () => Promise.all([s3Proxy.close(), backend.stop()]) }
}

function connect(
  { server }: Backend,
  { address = server, tls = false }: ClientOptions = {},
  httpAgent?: Agent,
): S3Client {
  const { region, accessKeyId, secretAccessKey } = server
  return new S3Client({
    endpoint: `${tls ? 'https' : 'http'}://${address.host}:${address.port}`,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    maxAttempts: 1, // the SDK may wait before a retry for longer than the deadline
    ...(httpAgent && { requestHandler: { httpAgent } }),
  })
}

/** Runs `act` with a new client. */
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

/** A fault in which the object storage, or a gateway, responds with this. */
function responseFault(response: S3Error | Page, method?: string): Fault<Backend> {
  return {
    clientOptions: ({ s3Proxy }) => ({ address: s3Proxy }),
    inject({ backend: { s3Proxy } }) {
      s3Proxy.respondWith(response, method)
      return () => s3Proxy.pass()
    },
  }
}

const faults: Faults<Backend> = {
  'unknown access key': responseFault({
    status: 403,
    code: 'InvalidAccessKeyId',
    message: 'The AWS Access Key Id you provided does not exist in our records.',
    details: '<AWSAccessKeyId>S3RVER</AWSAccessKeyId>',
  }),
  'wrong secret': responseFault({
    status: 403,
    code: 'SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
    details: '<AWSAccessKeyId>S3RVER</AWSAccessKeyId>',
  }),
  'no permission to write': responseFault(
    { status: 403, code: 'AccessDenied', message: 'Access Denied' },
    'PUT',
  ),
  'no permission to delete': responseFault(
    { status: 403, code: 'AccessDenied', message: 'Access Denied' },
    'DELETE',
  ),
  'the bucket keeps versions': {
    clientOptions: ({ s3Proxy }) => ({ address: s3Proxy }),
    inject({ backend: { s3Proxy } }) {
      s3Proxy.addVersion('1')
      return () => s3Proxy.pass()
    },
  },
  'the bucket keeps versions, no permission to delete one': {
    clientOptions: ({ s3Proxy }) => ({ address: s3Proxy }),
    inject({ backend: { s3Proxy } }) {
      s3Proxy.addVersion('1')
      s3Proxy.respondWith({ status: 403, code: 'AccessDenied', message: 'Access Denied' }, 'DELETE')
      return () => s3Proxy.pass()
    },
  },
  'every socket of the client is in use': {
    clientOptions: ({ s3Proxy }) => ({ address: s3Proxy }),
    async inject({ client: { exhaust } }) {
      if (!exhaust) throw new Error('[fault-matrix] this client cannot be exhausted')
      return exhaust()
    },
  },
  'unknown bucket': {
    async inject({ backend }) {
      await administer(backend, (client) => client.send(new DeleteBucketCommand({ Bucket: BUCKET })))
      return () => administer(backend, (client) => client.send(new CreateBucketCommand({ Bucket: BUCKET })))
    },
  },
  'asked to slow down (503)': responseFault(
    { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' },
    'PUT',
  ),
  'a gateway answers in its place (502)': responseFault({
    status: 502,
    html: '<html><body><h1>502 Bad Gateway</h1><hr>nginx</body></html>',
  }),
  'broken inside (500)': responseFault({
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

const s3Driver: DriverSpec<Backend> = {
  name: 's3',
  open(backend, options) {
    const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS })
    const client = connect(backend, options, agent)
    const count = (lists: NodeJS.ReadOnlyDict<readonly unknown[]>) => Object.values(lists).flat().length
    const held: ClientRequest[] = []
    const requests = () => count(agent.sockets) + count(agent.requests) - held.length
    const release = () => {
      for (const one of held.splice(0)) one.destroy()
    }
    return {
      // Not 'health/': s3rver crashes when one request removes an empty folder while another writes to it.
      probe: s3Probe(client, { bucket: BUCKET, prefix: 'health-' }),
      leftovers: () =>
        administer(backend, async (other) => ({
          objects: (await other.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount ?? 0,
          requests: requests(),
        })),
      // The last one deletes the object, within five seconds. One that waits for a socket stays in the queue of the agent.
      heldResources: () => ({ requests: held.length > 0 ? 0 : requests() }),
      async exhaust() {
        const { host, port } = backend.s3Proxy
        while (held.length < SOCKETS) {
          const download = request({ host, port, agent, path: SILENT_PATH })
          download.on('error', () => {}) // it is destroyed in the end
          download.end()
          held.push(download)
        }
        return release
      },
      close() {
        release()
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
    'the name does not resolve': { message: UNKNOWN, stickyMessage: UNKNOWN },
    'TLS is expected and not offered': { message: NO_TLS, stickyMessage: NO_TLS },
    'slow, but faster than the deadline': 'ok',
    'slower than the deadline': LATE,
    'answers a byte at a time': LATE,
    'the connection is cut in the middle of an answer': CLOSED,
    'answers garbage': GARBAGE,
    'something else answers on the port': GARBAGE,
    'accepts and says nothing': LATE,
    'accepts and closes at once': CLOSED,
    'open connections go silent, new ones work': LATE,
    'the server closes idle connections': 'ok',
    'unknown access key': /^InvalidAccessKeyId: The .* \(PutObject, HTTP 403, bucket uploads\)$/,
    'wrong secret': /^SignatureDoesNotMatch: The .* \(PutObject, HTTP 403, bucket uploads\)$/,
    'no permission to write': /^AccessDenied: Access Denied \(PutObject, HTTP 403, bucket uploads\)$/,
    'no permission to delete': /^AccessDenied: Access Denied \(DeleteObject, HTTP 403, bucket uploads\)$/,
    'the bucket keeps versions, no permission to delete one':
      /^AccessDenied: Access Denied \(DeleteObject, HTTP 403, bucket uploads\): .* needs s3:DeleteObjectVersion$/,
    'every socket of the client is in use':
      /^degraded: S3 client has no free socket \(2 of 2 in use\): timed out after 800 ms$/,
    'unknown bucket': /^NoSuchBucket: The .* \(PutObject, HTTP 404, bucket uploads\)$/,
    'the bucket keeps versions': 'ok',
    'asked to slow down (503)': /^SlowDown: Please .* \(PutObject, HTTP 503, bucket uploads\)$/,
    'broken inside (500)': /^InternalError: We .* \(PutObject, HTTP 500, bucket uploads\)$/,
    'a gateway answers in its place (502)':
      /^what answers .* not speak S3 \(PutObject, HTTP 502, bucket uploads\)$/,
  },
}

export const s3Spec: BackendSpec<Backend> = {
  name: 'S3',
  start,
  note: () =>
    'The server is s3rver, a stand-in for Amazon S3. It has no versions: a proxy adds one to its answers where a row says so.',
  secrets: ({ server }) => [server.secretAccessKey],
  check: storage,
  faults: { ...serverFaults, ...networkFaults, ...faults },
  drivers: [s3Driver],
}
