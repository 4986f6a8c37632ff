import { start, watchman } from './app'

/** Asks the app for its status, as a process of its own. */
async function main(): Promise<void> {
  const { server, url } = await start()
  const response = await fetch(`${url}?check=caches&check=rejected`)
  console.log(response.status, await response.text())
  server.close()
  await watchman.close()
}

void main()
