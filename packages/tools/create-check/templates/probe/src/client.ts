// TODO: this stands in for a client of acme-client. Start its server in the tests, and pass its own client. // @client
// TODO: this connects to the server in test/server.ts. Let it connect to the real one. // @alone
import { send } from './send.ts'

/** Makes a client of the server at `url`. It opens a connection for each call. */
export function connect(url: string) {
  return {
    ping: ({ signal }: { readonly signal: AbortSignal }) =>
      send({ method: 'GET', url: new URL('ping', url), signal }),
  }
}
