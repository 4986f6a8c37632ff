// TODO: this stands in for a client of acme-client. Start its server in the tests, and pass its own client. // @client
// TODO: this connects to the server in test/store.ts. Let it connect to the real one. // @alone
import { send } from './send.ts'

interface Call {
  readonly signal: AbortSignal
}

/** Makes a client of the storage at `url`. It opens a connection for each call. */
export function connect(url: string) {
  const at = (name: string) => new URL(`?${new URLSearchParams({ key: name })}`, url)
  return {
    write: (name: string, content: string, { signal }: Call) =>
      send({ method: 'PUT', url: at(name), body: content, signal }),
    read: (name: string, { signal }: Call) => send({ method: 'GET', url: at(name), signal }),
    remove: (name: string, { signal }: Call) => send({ method: 'DELETE', url: at(name), signal }),
  }
}
