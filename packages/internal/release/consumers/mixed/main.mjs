// CommonJS core with an ES module adapter and a CommonJS check, and the other way round.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import * as coreModule from '@watchman/core'
import * as driverModule from '@watchman/core/driver'
import * as dashboardModule from '@watchman/dashboard'
import * as checkModule from '@watchman/db'
import * as adapterModule from '@watchman/node'

const require = createRequire(import.meta.url)
const pairs = {
  'CommonJS core, ES module adapter, CommonJS check': {
    core: require('@watchman/core'),
    adapter: adapterModule,
    check: require('@watchman/db'),
    driver: driverModule,
    plugin: dashboardModule,
  },
  'ES module core, CommonJS adapter, ES module check': {
    core: coreModule,
    adapter: require('@watchman/node'),
    check: checkModule,
    driver: require('@watchman/core/driver'),
    plugin: require('@watchman/dashboard'),
  },
}
if (require('@watchman/core').createWatchman === coreModule.createWatchman) {
  throw new Error('require() and import load one copy of core: nothing is mixed')
}

for (const [name, { core, adapter, check, driver, plugin }] of Object.entries(pairs)) {
  const busy = async () => {
    throw driver.degraded('the pool is busy', { progress: 1 })
  }
  const watchman = core.createWatchman({
    checks: [
      check.databases({ orders: async () => {}, pool: busy }),
      core.defineCheck('mail', () => Promise.reject(new Error('gone'))),
    ],
    plugins: [plugin.dashboard()],
  })
  const server = createServer(adapter.nodeHandler(watchman, { prefix: '/watchman' })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/watchman/`
  const answers = [await fetch(`${url}?check=databases`), await fetch(url), await fetch(`${url}dashboard`)]
  const status = answers.map((answer) => answer.status)
  console.log(`${name}: ${status} ${answers[0].headers.get('x-watchman-status')} ${await answers[0].text()}`)
  server.close()
  server.closeAllConnections()
  await watchman.close()
}
