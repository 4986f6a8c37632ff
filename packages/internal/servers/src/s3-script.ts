import { join } from 'node:path'
import S3rver from 's3rver'

interface Settings {
  readonly host: string
  readonly port: number
  readonly folder: string
  readonly buckets: readonly string[]
}

const { host, port, folder, buckets }: Settings = JSON.parse(process.argv[2] ?? '')

process.once('disconnect', () => process.exit())
await new S3rver({
  address: host,
  port,
  silent: true,
  directory: join(folder, 'data'),
  configureBuckets: buckets.map((name) => ({ name, configs: [] })),
}).run()
