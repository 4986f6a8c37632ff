import { start, watchman } from './app'

/** Starts the app and asks it for its status. */
async function main(): Promise<void> {
  const { server, url } = await start()
  const response = await fetch(`${url}?check=caches&check=rejected`)
  console.log(response.status, await response.text())
  server.close()
  await watchman.close()
}

void main()
