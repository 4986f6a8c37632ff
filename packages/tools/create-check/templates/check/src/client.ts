// TODO: this stands in for a client of acme-client. Start its server in the tests, and pass its own client. // @client
// TODO: this connects to the server in test/queue.ts. Let it connect to the real one. // @alone
import { send } from './send.ts'

/** Makes a client of the queue at `url`. It opens a connection for each call. */
export function connect(url: string) {
  return {
    async waiting({ signal }: { readonly signal: AbortSignal }) {
      const answer = await send({ method: 'GET', url: new URL('waiting', url), signal })
      return Number(answer)
    },
  }
}
