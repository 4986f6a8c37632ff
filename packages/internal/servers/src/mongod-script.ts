import { DryMongoBinary, MongoBinary } from 'mongodb-memory-server-core'
import { MongoBinaryDownloadUrl } from 'mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js'

// The server is asked first, because a download waits for ever behind a firewall that drops packets.
const options = await DryMongoBinary.generateOptions()
const url = await new MongoBinaryDownloadUrl({ ...options, platform: process.platform }).getDownloadUrl()
const { ok } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(10_000) })
if (!ok) throw new Error(`no mongod at ${url}`)
await MongoBinary.getPath()
