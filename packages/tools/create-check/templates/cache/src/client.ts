// TODO: this stands in for a client of acme-client. Start its server in the tests, and pass its own client. // @client
// TODO: this connects to the server in test/store.ts. Let it connect to the real one. // @alone
import { send } from './send.ts'

interface Call {
  readonly signal: AbortSignal
}

/** Makes a client of the cache at `url`. It opens a connection for each call. */
export function connect(url: string) {
  const at = (key: string, expiry = 0) =>
    new URL(`?${new URLSearchParams({ key, expiry: `${expiry}` })}`, url)
  return {
    set: (key: string, value: string, expiry: number, { signal }: Call) =>
      send({ method: 'PUT', url: at(key, expiry), body: value, signal }),
    get: (key: string, { signal }: Call) => send({ method: 'GET', url: at(key), signal }),
    delete: (key: string, { signal }: Call) => send({ method: 'DELETE', url: at(key), signal }),
  }
}
