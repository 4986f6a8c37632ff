import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:tls'
import { caches } from '@watchman/cache'
import { redisProbe } from '@watchman/cache/redis'
import { type Check, createWatchman, type Probe } from '@watchman/core'
import { httpProbe, services } from '@watchman/http'
import { dnsProbe } from '@watchman/http/dns'
import { tcpProbe } from '@watchman/http/tcp'
import { tlsProbe } from '@watchman/http/tls'
import { system } from '@watchman/system'
import { listenLocally } from '@watchman/test-helpers'
import { createCertificate, createCertificateChain } from '@watchman/test-helpers/certificate'
import getPort from 'get-port'
import { createClient } from 'redis'

/** Runs a check once, and returns the JSON of the report. */
async function answer(check: Check): Promise<string> {
  const watchman = createWatchman({ checks: [check] })
  const { body } = await watchman.report()
  await watchman.close()
  return JSON.stringify(body)
}

const ask = (name: string, probe: Probe, timeout = 5000) => answer(services({ [name]: probe }, { timeout }))

/** Makes the timers of this process late, until the function that it returns is called. */
function keepBusy(): () => void {
  const block = () => {
    const end = performance.now() + 5
    while (performance.now() < end);
  }
  const timer = setInterval(block, 1)
  return () => clearInterval(timer)
}

/** Causes faults, and returns the JSON of the endpoint by the path of the page that shows it. */
export async function liveAnswers(): Promise<ReadonlyMap<string, readonly string[]>> {
  const closed = await getPort({ host: '127.0.0.1' })
  const refused = `http://127.0.0.1:${closed}/`
  const web = createServer((request, response) => {
    if (request.url !== '/silent') response.writeHead(request.url === '/503' ? 503 : 200).end('{}')
  })
  const url = `http://127.0.0.1:${await listenLocally(web)}`

  const certificate = await createCertificate(13.5)
  const secure = createTlsServer(certificate)
  const port = await listenLocally(secure)

  const chain = await createCertificateChain({ leaf: 300, intermediate: 2.5, root: 300 })
  const chained = createTlsServer(chain)
  const chainedPort = await listenLocally(chained)

  const names = createSocket('udp4')
  let silent = false
  names.on('message', (question, { port: from, address }) => {
    question[2] = 0x81 // a response …
    question[3] = 0x83 // … that the name does not exist
    if (!silent) names.send(question, from, address)
  })
  names.bind(0, '127.0.0.1')
  await once(names, 'listening')
  const server = `127.0.0.1:${names.address().port}`
  const resolver = (from: string, timeout?: number) =>
    ask('resolver', dnsProbe('db.internal', { servers: [from] }), timeout)

  const seen = new Map<string, readonly string[]>()
  try {
    seen.set('checks/http.md', [
      await ask('payments', httpProbe(`${url}/503`)),
      await ask('payments', httpProbe(refused)),
      await ask('payments', httpProbe(url, { body: '"UP"' })),
      await ask('payments', httpProbe(`${url}/silent`), 100),
    ])
    seen.set('checks/tcp.md', [
      await ask('search', tcpProbe('127.0.0.1', closed)),
      await ask('search', tcpProbe('nonexistent.invalid', closed)),
    ])
    seen.set('checks/tls.md', [
      await ask('certificate', tlsProbe('localhost', { port, ca: certificate.cert })),
      await ask('certificate', tlsProbe('localhost', { port: chainedPort, ca: chain.ca })),
      await ask('certificate', tlsProbe('127.0.0.1', { port: closed })),
      await ask('certificate', tlsProbe('localhost', { port })),
    ])
    const answered = [await resolver(server), await resolver(`127.0.0.1:${closed}`)]
    silent = true
    seen.set('checks/dns.md', [...answered, await resolver(server, 100)])
    seen.set('checks/redis.md', [await answer(caches({ default: redisProbe(createClient()) }))])
    const stop = keepBusy()
    const late = await answer(system({ eventLoop: { maxDelay: 0 } }))
    stop()
    seen.set('checks/system.md', [late, await answer(system({ memory: { maxRss: 0 } }))])
    return seen
  } finally {
    web.closeAllConnections()
    web.close()
    secure.close()
    chained.close()
    names.close()
  }
}

/** Removes from a text what differs from run to run. */
export function general(text: string): string {
  return text
    .replace(/127\.0\.0\.1:(\d+|<port>)/g, '<address>')
    .replace(/\d+ (ms|days|%)/g, '<n> $1')
    .replace(/\d+ of \d+ in use/g, '<n> of <n> in use')
    .replace(/\/srv\/uploads|<disk>\/uploads/g, '<folder>')
    .replace(/watchman-(…|<id>)\.txt/g, '<file>')
    .replace(/, on \d{4}-\d\d-\d\d/g, ', on <date>')
    .replace(/certificate( "[^"]*")? of \S+/g, 'certificate$1 of <host>')
    .replace('EAI_AGAIN', 'ENOTFOUND') // what a machine without a name server says
    .replace(/nonexistent\.invalid|search\.internal/g, '<name>')
}
