import type { Socket } from 'node:net'

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
    const abort = () => socket.destroy(signal.reason)
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
    socket.on('error', reject)
    socket.once('close', () => {
      signal.removeEventListener('abort', abort)
      reject(new Error('the connection was closed'))
    })
  })
}
