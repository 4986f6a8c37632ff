import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { createWatchman } from '@watchman/core'
import { memberOf } from '@watchman/core/driver'
import { type S3Server, startS3 } from '@watchman/servers'
import { ask as askWatchman, measureLateness } from '@watchman/test-helpers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { storage } from '../src/index.ts'
import { s3Probe } from '../src/s3.ts'
import { type Behaviour, startOther, startStub } from './s3-stub.ts'

// Not 'health/': s3rver ends when one request removes an empty folder while another begins to write to it.
const PREFIX = 'health-'

const never = new AbortController().signal

const KEY = /^health-watchman-[0-9a-f-]{36}\.txt$/

/** Describes the driver with the version of the SDK that `@aws-sdk/client-s3` is in the file that calls this. */
export function describeS3(version: string): void {
  describe(`s3Probe(…) with ${version}`, () => {
    const clients: S3Client[] = []
    let server: S3Server

    beforeAll(async () => {
      server = await startS3()
    })
    afterEach(() => {
      for (const client of clients.splice(0)) client.destroy()
    })
    afterAll(() => server.stop())

    function clientOf(endpoint = server.url, accessKeyId = server.accessKeyId, maxAttempts = 2): S3Client {
      const credentials = { accessKeyId, secretAccessKey: server.secretAccessKey }
      const { region } = server
      const client = new S3Client({ endpoint, region, credentials, maxAttempts, forcePathStyle: true })
      clients.push(client)
      return client
    }

    /** What the client sends, in order: `'PutObjectCommand health/watchman-….txt'`. */
    function listen(client: S3Client): string[] {
      const sent: string[] = []
      client.middlewareStack.add(
        (next, { commandName }) =>
          (parameters) => {
            sent.push(`${commandName} ${memberOf(parameters.input, 'Key')}`)
            return next(parameters)
          },
        { step: 'initialize' },
      )
      return sent
    }

    async function ask(client: S3Client, bucket = 'watchman', timeout = 5000) {
      const check = storage(s3Probe(client, { bucket, prefix: PREFIX }), { timeout })
      return (await askWatchman(createWatchman({ checks: [check] }))).text
    }

    async function keys(): Promise<unknown> {
      const { Contents = [] } = await clientOf().send(new ListObjectsV2Command({ Bucket: 'watchman' }))
      return Contents.map(({ Key }) => Key)
    }

    const ok = '{"storage":{"ok":true}}'
    const failure = (error: RegExp) => ({ storage: { ok: false, error: expect.stringMatching(error) } })

    test('puts, heads, gets and deletes an object with a unique key, and leaves none', async () => {
      const client = clientOf()
      const sent = listen(client)
      expect(await ask(client)).toBe(ok)
      expect(await ask(client)).toBe(ok)
      const names = ['PutObjectCommand', 'HeadObjectCommand', 'GetObjectCommand', 'DeleteObjectCommand']
      expect(sent.map((line) => line.split(' ')[0])).toEqual([...names, ...names])
      const used = [...new Set(sent.map((line) => line.split(' ')[1]))]
      expect(used).toEqual([expect.stringMatching(KEY), expect.stringMatching(KEY)])
      expect(await keys()).toEqual([])
    })

    test('answers a list for named storages, and works without a prefix', async () => {
      const uploads = s3Probe(clientOf(), { bucket: 'watchman' })
      const exports = s3Probe(clientOf(), { bucket: 'unknown' })
      const watchman = createWatchman({ checks: [storage({ uploads, exports })] })
      expect((await askWatchman(watchman, '/?check=watchman.checks.storage')).body).toEqual({
        storage: [
          { exports: { ok: false, error: expect.stringContaining('NoSuchBucket') } },
          { uploads: { ok: true } },
        ],
      })
      expect(await keys()).toEqual([])
    })

    test('names a bucket that does not exist', async () => {
      expect(JSON.parse(await ask(clientOf(), 'unknown'))).toEqual(
        failure(
          /^NoSuchBucket: The specified bucket does not exist \(PutObject, HTTP 404, bucket unknown\)$/,
        ),
      )
    })

    test('shows no secret when the credentials are wrong', async () => {
      const body = await ask(clientOf(server.url, 'unknown'))
      expect(JSON.parse(body)).toEqual(
        failure(/^InvalidAccessKeyId: .* \(PutObject, HTTP 403, bucket watchman\)$/),
      )
      expect(body).not.toContain(server.secretAccessKey)
    })

    test('writes nothing with writable: false, and fails for a bucket that does not exist', async () => {
      const client = clientOf()
      const sent = listen(client)
      await s3Probe(client, { bucket: 'watchman', prefix: PREFIX, writable: false })(never)
      expect(sent).toEqual(['ListObjectsV2Command undefined'])
      const probe = s3Probe(client, { bucket: 'unknown', writable: false })
      await expect(probe(never)).rejects.toThrow(
        /^NoSuchBucket: The specified bucket does not exist \(ListObjectsV2, HTTP 404, bucket unknown\)$/,
      )
      await expect(probe(AbortSignal.abort(new Error('over')))).rejects.toThrow('over')
    })

    test('fails while the server is gone, and recovers by itself', async () => {
      const client = clientOf()
      expect(await ask(client)).toBe(ok)
      await server.kill()
      try {
        expect(JSON.parse(await ask(client))).toEqual(failure(/connect ECONNREFUSED/))
      } finally {
        await server.restart()
      }
      expect(await ask(client)).toBe(ok)
      expect(await keys()).toEqual([])
    })

    test('times out on a server that hangs, one run at a time, and leaves nothing when it continues', async () => {
      const client = clientOf()
      const sent = listen(client)
      const probe = s3Probe(client, { bucket: 'watchman', prefix: PREFIX })
      const watchman = createWatchman({ checks: [storage(probe, { timeout: 300, ttl: 0 })] })
      const patient = createWatchman({ checks: [storage(probe, { ttl: 0 })] })
      server.pause()
      try {
        for (let run = 0; run < 3; run += 1) {
          const began = performance.now()
          const lateness = measureLateness()
          expect((await askWatchman(watchman)).body).toEqual(
            failure(/^no answer to write yet: timed out after 300 ms$/),
          )
          expect(performance.now() - began).toBeLessThan(1000 + lateness.total())
          lateness.stop()
        }
        expect(sent.map((line) => line.split(' ')[0])).toEqual(['PutObjectCommand', 'HeadObjectCommand'])
      } finally {
        server.resume()
      }
      await expect.poll(async () => (await askWatchman(patient)).text).toBe(ok)
      expect(new Set(sent.map((line) => line.split(' ')[1])).size).toBe(1)
      expect(await keys()).toEqual([])
    })

    test.each<[string, Behaviour, RegExp]>([
      ['another content', { content: 'x'.repeat(66) }, /^read something else than what was written$/],
      ['another size', { size: 3 }, /^wrote 66 bytes, but the file has 3$/],
      [
        'an error without words',
        { status: 404 },
        /^(NotFound|404|UnknownError|Unknown) \(HeadObject, HTTP 404, bucket watchman\)$/,
      ],
    ])('fails on %s, and deletes the object', async (_name, behaviour, error) => {
      const stub = await startStub(behaviour)
      const client = clientOf(stub.url)
      expect(JSON.parse(await ask(client))).toEqual(failure(error))
      expect(stub.requests.map((line) => line.split(' ')[0]).at(-1)).toBe('DELETE')
      client.destroy()
      await stub.close()
    })

    test.each([
      ['closes the connection', 'http', '', /^the endpoint closed the connection before it had answered$/],
      [
        'speaks no TLS',
        'https',
        'HTTP/1.1 400 Bad Request\r\n\r\n',
        /does not speak TLS: it is http:, not https:$/,
      ],
      [
        'is no HTTP server',
        'http',
        'SSH-2.0-OpenSSH\r\n',
        /^what answers at the endpoint does not speak HTTP$/,
      ],
      [
        'is another HTTP server',
        'http',
        'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 12\r\n\r\n<hr>Gateway\n',
        /^(what answers at the endpoint does not speak S3|502) \(PutObject, HTTP 502, bucket watchman\)$/,
      ],
    ])('shows what an endpoint does that %s', async (_name, protocol, bytes, error) => {
      const { address, close } = await startOther(bytes)
      expect(JSON.parse(await ask(clientOf(`${protocol}://${address}`)))).toEqual(failure(error))
      await close()
    })

    test.each<[string, Behaviour, string]>([
      ['any answer', { hangs: 'PUT' }, 'HEAD'], // the object does not exist
      ['the rest of the content', { hangs: 'GET' }, 'DELETE'],
    ])('closes its connection at the abort when it waits for %s', async (_name, behaviour, last) => {
      const stub = await startStub(behaviour)
      const probe = s3Probe(clientOf(stub.url), { bucket: 'watchman' })
      const controller = new AbortController()
      const asked = Promise.resolve(probe(controller.signal))
      await expect.poll(() => stub.hanging()).toBe(1)
      const reason = new Error('over')
      controller.abort(reason)
      await expect(asked).rejects.toMatchObject({ cause: reason })
      await expect.poll(() => stub.hanging()).toBe(0)
      await expect.poll(() => stub.requests.at(-1)?.split(' ')[0]).toBe(last)
      await stub.close()
    })
  })
}
