import type { Socket } from 'node:net'
import { explainError } from './explain-error.ts'

/** Opens a socket, inspects it when it emits `event`, and closes it. Closes it at abort too. */
export async function probeSocket<Opened extends Socket>(
  open: () => Opened,
  event: string,
  signal: AbortSignal,
  inspect: (socket: Opened) => void,
): Promise<void> {
  signal.throwIfAborted()
  return new Promise<void>((resolve, reject) => {
    const socket = open()
    const abort = () => {
      reject(signal.reason)
      socket.destroy()
    }
    signal.addEventListener('abort', abort)
    socket.once(event, () => {
      try {
        inspect(socket)
        resolve()
      } catch (error) {
        reject(error)
      }
      socket.destroy()
    })
    socket.on('error', (error) => reject(explainError(error)))
    socket.once('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new Error('the connection was closed'))
    })
  })
}
