// TODO: this stands in for a client of acme-client. Start its server in the tests, and pass its own client. // @client
// TODO: this connects to the server in test/database.ts. Let it connect to the real one. // @alone
import { send } from './send.ts'

/** Makes a client of the database at `url`. It opens a connection for each query. */
export function connect(url: string) {
  return {
    query: (text: string, { signal }: { readonly signal: AbortSignal }) =>
      send({ method: 'POST', url: new URL('query', url), body: text, signal }),
  }
}
