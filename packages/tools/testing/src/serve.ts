import type { MountedServer } from './adapter-subject.ts'

/** Waits for a server, uses it, and closes it in any case. */
export async function serve(
  start: Promise<MountedServer>,
  use: (server: MountedServer) => Promise<void>,
): Promise<void> {
  const server = await start
  try {
    await use(server)
  } finally {
    await server.close()
  }
}
