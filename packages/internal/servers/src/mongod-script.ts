import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server-core'
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js'

const options = await DryMongoBinary.generateOptions()

// Asked first, since a download has no deadline of its own and waits for ever behind a firewall that drops packets.
async function reach(): Promise<void> {
  const url = await new MongoBinaryDownloadUrl({ ...options, platform: process.platform }).getDownloadUrl()
  const { ok } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) })
  if (!ok) throw new Error(`no mongod at ${url}`)
}

if (!(await DryMongoBinary.locateBinary(options))) await reach()
console.log(await MongoBinary.getPath())
