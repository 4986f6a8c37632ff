import { Agent, request } from 'node:http'

/** What a server answered. */
interface Reply {
  readonly status: number | undefined
  readonly text: string
  /** The header `Connection`. */
  readonly connection: string | undefined
}

/** A client that keeps its connections. */
export interface KeepAliveClient {
  /** Rejects with Node's error where the connection breaks. */
  send(path: string, method?: string): Promise<Reply>
  close(): void
}

/** Makes a client of a server at a port of the address 127.0.0.1. */
export function keepAliveClient(port: number): KeepAliveClient {
  const agent = new Agent({ keepAlive: true })
  return {
    send: (path, method = 'GET') =>
      new Promise((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, method, agent }, async (response) => {
          try {
            const parts = await response.setEncoding('utf8').toArray()
            const { connection } = response.headers
            resolve({ status: response.statusCode, text: parts.join(''), connection })
          } catch (error) {
            reject(error)
          }
        })
          .on('error', reject)
          .end()
      }),
    close: () => agent.destroy(),
  }
}
