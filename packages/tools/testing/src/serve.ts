import type { MountedServer } from './subject.ts'

/** Starts a server, uses it, and ends it in any case. */
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
