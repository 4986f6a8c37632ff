import { answers } from './answers.ts'
import { start } from './launch.ts'
import { nodeScript } from './node-script.ts'
import { HOST, type Server } from './server.ts'

/** How to start an object storage. */
export interface S3Options {
  /** The buckets it has. @default ['watchman'] */
  readonly buckets?: readonly string[]
}

/**
 * An object storage that speaks the protocol of S3; clients need `forcePathStyle`. It refuses an access key it does not
 * know, but does not verify the secret.
 */
export interface S3Server extends Server {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly buckets: readonly string[]
}

/** The one account s3rver has, and both its parts. */
const account = 'S3RVER'

/** Starts an object storage. What was put outlives a kill. */
export async function startS3({ buckets = ['watchman'] }: S3Options = {}): Promise<S3Server> {
  const server = await start({
    kind: 's3',
    owner: {},
    command: (port, folder) =>
      nodeScript('s3-script.ts', JSON.stringify({ host: HOST, port, folder, buckets })),
    answers: (port) => {
      const request = `GET / HTTP/1.1\r\nHost: ${HOST}:${port}\r\nConnection: close\r\n\r\n`
      return answers(port, request, (received) => received.toString().startsWith('HTTP/1.1'))
    },
    url: (port) => `http://${HOST}:${port}`,
    onMessage: () => {}, // the channel tells the child when this process ends
  })
  return { ...server, accessKeyId: account, secretAccessKey: account, region: 'us-east-1', buckets }
}
